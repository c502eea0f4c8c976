import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { flatten, unstreamable } from "./flatten.ts";
import { readTar } from "./tar-stream.ts";

/** One change in a layer, in the words of the OCI image specification. */
type Change =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "opaque"; readonly path: string };

function member(path: string, type: string, text: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write(["0000644", "0000000", "0000000", ""].join("\x00"), 100);
  block.write(
    `${text.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0        ${type}`,
    124,
  );
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([block, body]);
}

function tarOf(changes: readonly Change[]): Buffer {
  const members = changes.map((change) => {
    const at = change.path.lastIndexOf("/") + 1;
    if (change.kind === "file") return member(change.path, "0", change.text);
    if (change.kind === "folder") return member(`${change.path}/`, "5", "");
    if (change.kind === "opaque") return member(`${change.path}/.wh..wh..opq`, "0", "");
    return member(`${change.path.slice(0, at)}.wh.${change.path.slice(at)}`, "0", "");
  });
  return Buffer.concat([...members, Buffer.alloc(1024)]);
}

/** The specification's own way, bottom up: take away first, then add. `text` undefined is a folder. */
function applied(layers: readonly (readonly Change[])[]): Map<string, string | undefined> {
  const tree = new Map<string, string | undefined>();
  const removeBelow = (path: string) => {
    for (const key of tree.keys()) if (key.startsWith(`${path}/`)) tree.delete(key);
  };
  for (const layer of layers) {
    for (const { kind, path } of layer) {
      if (kind === "remove" || kind === "opaque") removeBelow(path);
      if (kind === "remove") tree.delete(path);
    }
    for (const change of layer) {
      if (change.kind !== "file" && change.kind !== "folder") continue;
      if (change.kind === "file") removeBelow(change.path);
      for (let at = change.path.indexOf("/"); at > 0; at = change.path.indexOf("/", at + 1))
        if (tree.get(change.path.slice(0, at)) !== undefined || !tree.has(change.path.slice(0, at)))
          tree.set(change.path.slice(0, at), undefined);
      tree.set(change.path, change.kind === "file" ? change.text : undefined);
    }
  }
  return tree;
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(tar: AsyncIterable<Buffer>): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for await (const entry of readTar(tar)) {
    expect([...found.keys()]).not.toContain(entry.path);
    const chunks: Buffer[] = [];
    for await (const chunk of entry.body()) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString().replace(/\0+$/, "");
    found.set(entry.path, entry.type === "5" ? undefined : text);
  }
  return found;
}

const path = fc
  .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant("file" as const),
    path,
    text: fc.stringMatching(/^[a-z]{0,700}$/),
  }),
  fc.record({ kind: fc.constant("folder" as const), path }),
  fc.record({ kind: fc.constant("remove" as const), path }),
  fc.record({ kind: fc.constant("opaque" as const), path }),
);

/** What a real layer is: a path once, nothing below a file, opaque only what is a folder in it. */
function isSound(layer: readonly Change[]): boolean {
  const entries = layer.filter(({ kind }) => kind === "file" || kind === "folder");
  const files = entries.filter(({ kind }) => kind === "file");
  const once = new Set(entries.map((entry) => entry.path)).size === entries.length;
  const below = entries.some((entry) =>
    files.some((file) => entry.path.startsWith(`${file.path}/`)),
  );
  const opaques = layer.filter(({ kind }) => kind === "opaque");
  const folders = new Set(
    entries.filter(({ kind }) => kind === "folder").map((entry) => entry.path),
  );
  const removed = layer.filter(({ kind }) => kind === "remove").map((entry) => entry.path);
  const both = removed.some((gone) =>
    entries.some((entry) => `${entry.path}/`.startsWith(`${gone}/`)),
  );
  return once && !below && !both && opaques.every((entry) => folders.has(entry.path));
}

const layer = fc.array(change, { maxLength: 8 }).filter(isSound);

describe("flattening", () => {
  test("shows what applying the layers one by one shows, or says that it cannot", async () => {
    let streamed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(layer, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        async (layers, size) => {
          const open = layers.map((changes) => () => pieces(tarOf(changes), size)).toReversed();
          try {
            expect(await read(flatten({ layers: open, whiteouts: true }))).toEqual(applied(layers));
            streamed += 1;
          } catch (error) {
            if (error !== unstreamable) throw error;
          }
        },
      ),
      {
        numRuns: 300,
        examples: [
          [
            [
              [{ kind: "file", path: "c/c/a", text: "" }],
              [{ kind: "file", path: "c/c", text: "" }],
              [{ kind: "folder", path: "c/c" }],
            ],
            1,
          ],
        ],
      },
    );
    expect(streamed).toBeGreaterThan(150);
  });

  test("of damaged bytes is an error of ours, never a crash or a hang", async () => {
    const sound = tarOf([
      { kind: "folder", path: "a" },
      { kind: "file", path: "a/b", text: "x".repeat(600) },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sound.length - 1025),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, by, cut) => {
          const bytes = Buffer.from(cut ? sound.subarray(0, at) : sound);
          if (!cut) bytes[at] = (bytes[at] ?? 0) ^ by;
          const flat = flatten({ layers: [() => pieces(bytes, 512)], whiteouts: true });
          const outcome: unknown = await read(flat).catch((error: unknown) => error);
          expect(
            outcome instanceof Map || outcome instanceof AloftError || outcome === unstreamable,
          ).toBe(true);
        },
      ),
    );
  });

  test("refuses a path that leads outside", async () => {
    const tar = tarOf([{ kind: "file", path: "a/../../etc/passwd", text: "x" }]);
    const flat = flatten({ layers: [() => pieces(tar, 512)], whiteouts: true });
    await expect(read(flat)).rejects.toMatchObject({ code: "bad-input" });
  });
});
