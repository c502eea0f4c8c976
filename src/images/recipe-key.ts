import { createHash } from "node:crypto";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AloftError } from "../base/errors.ts";
import type { Recipe } from "../model/image.ts";
import { isMissing, keyOf, readText } from "./layout.ts";
import type { Source } from "./source.ts";

/** Everything that decides what a build makes. */
export interface Plan {
  readonly source: Exclude<Source, { kind: "bare" }> | { kind: "image"; digest: string };
  /** The recipe in its one complete form: absolute paths, packages sorted. */
  readonly recipe: Recipe;
  /** Of the source with its packages, without the steps. */
  readonly baseKey: string;
  /** Of the whole recipe. */
  readonly key: string;
}

export async function planOf(
  source: Plan["source"],
  recipe: Recipe,
  architecture: string,
): Promise<Plan> {
  if (recipe.packages.length > 0 && source.kind !== "debian")
    throw new AloftError("bad-input", `packages need a debian source, not "${recipe.from}"`, {
      hint: "install them in a step: run: [apt-get update && apt-get install -y …]",
    });
  const from = sourceText(source);
  const packages = [...new Set(recipe.packages)].toSorted();
  // The number changes when the same recipe is to be built in another way than before.
  const baseKey = keyOf([1, from, packages, architecture, await fingerprint(source, recipe.from)]);
  const key = recipe.run.length === 0 ? baseKey : keyOf([baseKey, recipe.run]);
  return { source, recipe: { from, packages, run: recipe.run }, baseKey, key };
}

export function sourceText(source: Plan["source"]): string {
  switch (source.kind) {
    case "debian":
      return `debian:${source.suite}`;
    case "registry":
      return `docker://${source.reference}`;
    case "image":
      return source.digest;
    case "dir":
    case "tar":
      return `${source.kind}:${source.path}`;
    default:
      return `${source.kind}:${source.path}${source.tag === undefined ? "" : `:${source.tag}`}`;
  }
}

/** What a local source is now, without reading its content: a change of it gives another image. */
async function fingerprint(source: Plan["source"], shown: string): Promise<string> {
  try {
    if (source.kind === "dir") return await folderFingerprint(source.path);
    if (source.kind === "oci")
      return keyOf((await readText(join(source.path, "index.json"))) ?? "");
    if (!("path" in source)) return "";
    const { size, mtimeNs, ctimeNs, ino } = await stat(source.path, { bigint: true });
    return [size, mtimeNs, ctimeNs, ino].join(" ");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES")
      throw new AloftError("refused", `"${shown}" may not be read by Aloft's user`, {
        hint: "make it readable, or run the Aloft server as root",
        cause: error,
      });
    if (!isMissing(error) && code !== "ENOTDIR") throw error;
    throw new AloftError("not-found", `"${shown}" does not exist, or is not what its scheme says`, {
      hint: "check the path; a relative one starts at the workload file's folder",
      cause: error,
    });
  }
}

async function folderFingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const waiting = [folder];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.map(({ name }) => join(path ?? "", name)).toSorted();
    const states = await Promise.all(names.map((name) => lstat(name, { bigint: true })));
    for (const [index, { mode, uid, gid, size, mtimeNs, ctimeNs }] of states.entries())
      hash.update(
        JSON.stringify([names[index], ...[mode, uid, gid, size, mtimeNs, ctimeNs].map(String)]),
      );
    waiting.push(...names.filter((_, index) => states[index]?.isDirectory()));
  }
  return hash.digest("hex");
}
