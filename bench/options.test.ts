import { expect, test } from "vitest";
import { isAsked, parseOptions } from "./options.ts";

test("defaults, with the seed from the clock", () => {
  expect(parseOptions([], 1_700_000_000_999)).toEqual({
    rounds: 50,
    vmRounds: 6,
    only: [],
    image: "debian:bookworm",
    seed: 1_700_000_000,
    json: false,
    out: undefined,
    notes: [],
  });
});

test("options as given", () => {
  const given = [
    "--rounds",
    "5",
    "--vm-rounds=0",
    "--only",
    "crun, podman",
    "--seed",
    "7",
    "--json",
  ];
  expect(parseOptions(given, 0)).toMatchObject({
    rounds: 5,
    vmRounds: 0,
    only: ["crun", "podman"],
    seed: 7,
    json: true,
  });
});

test.each([
  [["--rounds", "0"], '--rounds is "0": expected a whole number from 1'],
  [["--vm-rounds", "x"], '--vm-rounds is "x"'],
  [["--seed=1e3"], '--seed is "1e3"'],
  [["--fast"], "--fast"],
])("%j is refused", (argv, message) => {
  const parsed = parseOptions(argv, 0);
  expect(parsed).toBeInstanceOf(Error);
  expect((parsed as Error).message).toContain(message);
});

test("help", () => {
  expect(parseOptions(["--help"], 0)).toBe("help");
});

test("a word of the name selects a contender; none selects all", () => {
  expect(isAsked("crun run by hand", ["crun"])).toBe(true);
  expect(isAsked("crun run by hand", ["podman"])).toBe(false);
  expect(isAsked("crun run by hand", [])).toBe(true);
});
