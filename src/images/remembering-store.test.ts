import { expect, test } from "vitest";
import type { Image, Recipe } from "../model/image.ts";
import type { ImageStore } from "./image-store.ts";
import { rememberImages } from "./remembering-store.ts";

const options = { origin: "/", signal: AbortSignal.timeout(10_000) };
const inUse = { inUse: new Set<string>(), signal: options.signal };

function recipe(from: string): Recipe {
  return { from, packages: [], run: [] };
}

/** A store that counts how often it was really asked to build. */
function counted() {
  let builds = 0;
  const store: Partial<ImageStore> = {
    build: async () => {
      builds += 1;
      return { digest: `sha256:${builds}` } as Image;
    },
    remove: async () => ({}) as Image,
    gc: async () => ({ removed: [], bytes: 0 }),
  };
  return { store: rememberImages(store as ImageStore), builds: () => builds };
}

test("a recipe is asked for once, until something may have changed the answer", async () => {
  const { store, builds } = counted();
  const first = await store.build(recipe("debian:bookworm"), options);
  expect(await store.build(recipe("debian:bookworm"), options)).toBe(first);
  await store.build({ ...recipe("debian:bookworm"), run: ["true"] }, options);
  expect(builds()).toBe(2);
  for (const change of [
    () => store.remove("x", inUse),
    () => store.gc(inUse),
    () => store.build(recipe("debian:bookworm"), { ...options, refresh: true }),
    () => store.build(recipe("small"), { ...options, name: "other" }),
  ]) {
    await change();
    const before = builds();
    await store.build(recipe("debian:bookworm"), options);
    expect(builds()).toBe(before + 1);
  }
});

test("what may change by itself is looked at every time", async () => {
  const { store, builds } = counted();
  await store.build(recipe("dir:/somewhere"), options);
  await store.build(recipe("dir:/somewhere"), options);
  expect(builds()).toBe(2);
});
