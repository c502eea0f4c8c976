import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version in the nearest package.json above the program. */
export function version(program: string): string {
  let folder = dirname(program);
  while (!existsSync(join(folder, "package.json")) && folder !== "/") folder = dirname(folder);
  const text = readFileSync(join(folder, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
