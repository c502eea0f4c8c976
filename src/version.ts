import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version in the package.json above the program. */
export function version(program: string): string {
  const text = readFileSync(join(dirname(program), "../package.json"), "utf8");
  return String((JSON.parse(text) as { version: string }).version);
}
