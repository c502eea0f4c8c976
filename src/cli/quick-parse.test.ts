import * as fc from "fast-check";
import { expect, test } from "vitest";
import { run } from "./commands/run.ts";
import { ps } from "./commands/ps.ts";
import { parseCommandLine } from "./program.ts";
import { quickParse } from "./quick-parse.ts";

const parts = { version: "1", columns: 80, colour: false, writeHelp: () => undefined };
const names = ["level", "engine", "cpus", "env", "input", "detach", "json", "all", "limit"];
const words = [
  "--level",
  "--level=vm",
  "vm",
  "--cpus",
  "2",
  "--env",
  "A=b",
  "--env=",
  "--json",
  "-d",
  "-a",
];
const odd = [
  "--",
  "-",
  "--nope",
  "-x",
  "",
  "--detach=1",
  "file.yaml",
  "--limit",
  "-da",
  "--cpus=",
  "-1",
];

test.each([
  ["run", run],
  ["ps", ps],
] as const)(
  "of `%s`, whatever is accepted quickly commander reads in the same way",
  async (name, command) => {
    let accepted = 0;
    const word = fc.constantFrom(...words, ...odd);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
        const quick = quickParse(argv, command);
        if (!quick) return;
        accepted += 1;
        const thorough = await parseCommandLine([name, ...argv], parts);
        expect(thorough?.args).toEqual(quick.args);
        expect(thorough?.rest).toEqual(quick.rest);
        for (const option of names) {
          expect(thorough?.options.text(option)).toEqual(quick.options.text(option));
          expect(thorough?.options.flag(option)).toEqual(quick.options.flag(option));
          expect(thorough?.options.list(option)).toEqual(quick.options.list(option));
        }
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(10);
  },
);
