import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createStyle } from "./style.ts";
import { formatPairs, formatTable } from "./table.ts";
import { cutText, textWidth } from "./text-width.ts";

const red = createStyle(true).red;

test("cells are counted as a terminal shows them", () => {
  expect(textWidth("abc")).toBe(3);
  expect(textWidth(red("abc"))).toBe(3);
  expect(textWidth("日本")).toBe(4);
  expect(textWidth("e\u0301×✓")).toBe(3);
});

test("columns are aligned whatever styles and wide characters they hold", () => {
  const lines = formatTable(
    [{ title: "NAME" }, { title: "N", align: "right" }, { title: "LAST" }],
    [
      [red("a"), "1", "x"],
      ["日本", "200", "y"],
    ],
  );
  expect(lines).toEqual(["NAME    N  LAST", `${red("a")}       1  x`, "日本  200  y"]);
});

test("a column with nothing in it is left out, and titles alone remain without rows", () => {
  const columns = [{ title: "A" }, { title: "B" }];
  expect(formatTable(columns, [["1", ""]])).toEqual(["A", "1"]);
  expect(formatTable(columns, [])).toEqual(["A  B"]);
});

test("flexible columns give way to the width", () => {
  const lines = formatTable(
    [{ title: "ID" }, { title: "WHY", flexible: true }],
    [["12345678", "a long reason that does not fit at all"]],
    { width: 30 },
  );
  expect(lines[1]).toBe("12345678  a long reason that …");
});

test("pairs leave out what is unknown and indent further lines", () => {
  expect(
    formatPairs([
      ["a", "1"],
      ["long", "x\ny"],
      ["none", null],
    ]),
  ).toEqual(["a     1", "long  x\n      y"]);
});

test("cut text is never wider than asked, and unchanged where it fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, width) => {
      const styled = red(text);
      expect(textWidth(cutText(styled, width))).toBeLessThanOrEqual(width);
      const fits = textWidth(text) <= width;
      expect(cutText(styled, width) === styled).toBe(fits);
    }),
  );
});
