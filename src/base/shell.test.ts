import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quote, quoteAll } from "./shell.ts";

test("plain words stay as they are", () => {
  expect(quoteAll(["ls", "-l", "/a/b.c", "x=1"])).toBe("ls -l /a/b.c x=1");
  expect(quoteAll(["", "it's", "$HOME"])).toBe(`'' 'it'\\''s' '$HOME'`);
  expect(() => quote("a\0b")).toThrow(RangeError);
});

test("a real shell reads back exactly what was quoted", () => {
  const character = fc.oneof(
    fc.constantFrom(...Array.from("'\"\\$`!*?[]{}()<>|&;#~^% \t\n\r-=éß𝛼\u{7f}\u{1b}")),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  );
  const word = fc
    .string({ unit: character })
    .map((text) => text.replaceAll("\0", "").toWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      const line = `printf '%s\\0' ${quoteAll(words)}`;
      const { stdout } = spawnSync("/bin/sh", ["-c", line], { encoding: "utf8" });
      expect(stdout).toBe(words.map((text) => `${text}\0`).join(""));
    }),
    { numRuns: 40 },
  );
});
