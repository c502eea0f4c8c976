import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { parseWorkload } from "./workload-file.ts";
import { commandWorkload, type Overrides } from "./workload-overrides.ts";

function message(overrides: Overrides, text = "command: x"): string {
  try {
    parseWorkload(text, "job.yaml", overrides);
  } catch (error) {
    if (error instanceof AloftError && error.code === "bad-input") return error.message;
    throw error;
  }
  throw new Error("this was accepted");
}

test("the command line says what the file does not, or says it better", () => {
  const text = "command: x\nname: a\nresources: {cpus: 8, disk: 1 GB}\nenv: {A: 1, B: 2}";
  const overrides = {
    name: "b",
    image: "debian:bookworm",
    cpus: "0.5",
    memory: "2 GiB",
    time: "1h",
    network: "nat",
    level: "vm",
    engine: "qemu",
    env: ["B=x=y", "C="],
  };
  expect(parseWorkload(text, "job.yaml", overrides)).toMatchObject({
    name: "b",
    image: { from: "debian:bookworm" },
    resources: { cpus: 0.5, memory: 2 * 1024 ** 3, time: 3600, disk: 1e9 },
    network: "nat",
    level: "vm",
    engine: "qemu",
    env: { A: "1", B: "x=y", C: "" },
  });
});

test("lists of inputs and outputs take the place of the file's", () => {
  const text = "command: x\ninputs: [a]\noutputs: [b]";
  const { inputs, outputs, workdir } = parseWorkload(text, "job.yaml", {
    workdir: "/work/case",
    input: ["c", "d"],
    output: [],
  });
  expect([inputs, outputs, workdir]).toEqual([["c", "d"], ["b"], "/work/case"]);
});

test("a level takes away an engine of another, an engine brings its level", () => {
  const text = "command: x\nimage: y\nlevel: container\nengine: runc";
  const { level, engine } = parseWorkload(text, "job.yaml", { level: "vm" });
  expect([level, engine]).toEqual(["vm", undefined]);
  expect(parseWorkload(text, "job.yaml", { level: "container" }).engine).toBe("runc");
  expect(parseWorkload(text, "job.yaml", { engine: "uml" }).level).toBe("vm");
});

test("what the file lacks alone may come from the command line", () => {
  const text = "command: x\nlevel: container";
  expect(parseWorkload(text, "job.yaml", { image: "debian:bookworm" }).level).toBe("container");
});

describe("mistakes name the option", () => {
  test("all at once", () => {
    const overrides = {
      name: "a b",
      image: "",
      cpus: "four",
      memory: "3 Gigs",
      time: "0",
      network: "nta",
      level: "vmm",
      engine: "crn",
      workdir: "",
      env: ["A", "1=2"],
      input: ["a", ""],
    };
    expect(`\n${message(overrides)}\n`).toMatchInlineSnapshot(`
      "
      --name: use letters, digits, ".", "_" and "-", 63 at most, the first a letter or digit
      --image: it is empty
      --cpus: "four" is not a number of cpus: write a number up to 4096, such as 4 or 0.5
      --memory: "3 Gigs" is not a size: write a number and a unit, such as "16 GiB", "500 MB" or "4G"
      --time: 0 is not more than zero
      --workdir: it is empty
      --network: "nta" is not known; expected one of none, host, nat; did you mean "nat"?
      --level: "vmm" is not known; expected one of process, container, vm; did you mean "vm"?
      --engine: "crn" is not known; expected one of host, bubblewrap, crun, runc, qemu, uml; did you mean "crun"?
      --env: "A" has no value: write NAME=value
      --env: "1" is not a variable's name
      --input: it is empty
      "
    `);
  });

  test.each<[Overrides, string]>([
    [
      { level: "vm" },
      "--level: the level vm needs an image; add one, such as image: debian:bookworm",
    ],
    [
      { level: "vm", engine: "crun", image: "a" },
      "--engine: crun provides the level container, not vm",
    ],
    [
      { memory: "16" },
      '--memory: 16 B of memory is too little for any program; did you mean "16 GiB"?',
    ],
    [
      { output: ["ok", "../x"] },
      '--output: "../x" climbs out of the working folder; expected a path or pattern relative to the run\'s working folder',
    ],
    [{ env: ["__proto__=1"] }, '--env: "__proto__" is not a variable\'s name'],
  ])("%j", (overrides, expected) => {
    expect(message(overrides)).toBe(expected);
  });

  test("but what is wrong with the file is told of the file", () => {
    expect(message({ name: "a" }, "command: x\nlevel: vm")).toMatch(/^job.yaml:2:8: the level vm/);
  });
});

test("a command alone is a workload", () => {
  expect(commandWorkload(["sh", "-c", "exit 7"], { level: "process" })).toMatchObject({
    command: ["sh", "-c", "exit 7"],
    level: "process",
    parallel: { kind: "serial" },
  });
  expect(() => commandWorkload([], {})).toThrow(/no command/);
  expect(() => commandWorkload([""], {})).toThrow(/blank/);
});
