import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followFile } from "./follow-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-follow-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = new Promise(() => undefined);

async function all(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes));
}

test("sends what is there, from the byte asked for, and ends when the writer has", async () => {
  const file = join(folder, "f");
  writeFileSync(file, Buffer.from([0, 255, 10, 13, 128]));
  const signal = AbortSignal.timeout(10_000);
  expect([...(await all(followFile(file, 1, Promise.resolve(), signal)))]).toEqual([
    255, 10, 13, 128,
  ]);
});

test("sends what is written later, the last bytes included", async () => {
  const file = join(folder, "f");
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const parts = ["one", "two", "three"];
  const write = (): void => {
    const next = parts.shift();
    if (next) appendFileSync(file, next);
    else end();
  };
  write();
  const got: string[] = [];
  for await (const chunk of followFile(file, 0, ended, AbortSignal.timeout(10_000))) {
    got.push(String(chunk));
    write();
  }
  expect(got).toEqual(["one", "two", "three"]);
});

test("stops when it is told to", async () => {
  const control = new AbortController();
  const following = all(followFile(join(folder, "f"), 0, never, control.signal));
  control.abort();
  expect(await following).toHaveLength(0);
});
