import { systemClock } from "../base/clock.ts";
import type { Recipe } from "../model/image.ts";
import { stepCommand } from "../level-engines.ts";
import { createImageStore } from "./image-store.ts";

/** A process that builds one recipe, for tests that kill it: `testing-build.ts FOLDER RECIPE`, events on stdout. */
const [folder = "", recipe = "{}"] = process.argv.slice(2);
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);
const store = createImageStore({
  folder,
  stepCommand: stepCommand({
    program: "/usr/bin/crun",
    init: "/bin/busybox",
    architecture: process.arch,
  }),
  architecture: process.arch,
  clock: systemClock,
  environment,
});
const image = await store.build(JSON.parse(recipe) as Recipe, {
  origin: folder,
  signal: AbortSignal.timeout(120_000),
  onProgress: (event) => console.log(JSON.stringify(event)),
});
console.log(JSON.stringify({ digest: image.digest }));
