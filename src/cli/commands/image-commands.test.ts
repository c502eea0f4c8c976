import { expect, test } from "vitest";
import type { Image } from "../../model/image.ts";
import { runCli } from "../cli.ts";
import { answer, createTestHost, createTestServer } from "../testing.ts";
import { imageTable } from "./image-ls.ts";

function anImage(changes: Partial<Image> = {}): Image {
  return {
    digest: `sha256:${"ab".repeat(32)}`,
    names: ["one", "two"],
    recipe: { from: "debian:bookworm", packages: [], run: [] },
    bytes: 1024,
    architecture: "amd64",
    env: {},
    entrypoint: [],
    command: [],
    createdAt: 0,
    buildSeconds: 1,
    ...changes,
  };
}

test.each([
  ["one", ["one", "two"], "name", /^removed the name one; the image sha256:abab.* is kept as two$/],
  ["one", ["one"], "image", /^removed sha256:abab.* \(1.00 KiB\)$/],
  ["sha256:ab", ["one", "two"], "image", /^removed sha256:abab/],
])("image rm %s of %j removes the %3$s", async (reference, names, removed, text) => {
  await using server = createTestServer((_, response) => answer(response, anImage({ names })));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["image", "rm", reference], host)).toBe(0);
  expect(host.out.text.trimEnd()).toMatch(text);
  const json = createTestHost({ socket: server.socket });
  expect(await runCli(["image", "rm", "--json", reference], json)).toBe(0);
  expect(JSON.parse(json.out.text)).toMatchObject([{ names, removed }]);
});

test("images of one source differ by what was put on top", () => {
  const from = "debian:bookworm";
  const recipes = [
    { from, packages: [], run: [] },
    { from, packages: ["gcc", "make"], run: ["true"] },
  ];
  const lines = imageTable(
    recipes.map((recipe) => anImage({ recipe })),
    (text) => text,
    undefined,
  );
  expect(lines[1]).toMatch(/ {2}debian:bookworm$/);
  expect(lines[2]).toMatch(/ {2}debian:bookworm \+2 packages \+1 step$/);
});
