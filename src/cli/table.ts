import { cutText, textWidth } from "./text-width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Cut with "…" where the lines would be wider than the terminal. */
  readonly flexible?: boolean;
}

export interface TableOptions {
  /** Cells that a line may have; unlimited where absent. */
  readonly width?: number | undefined;
  /** Styles a whole title line. */
  readonly heading?: (text: string) => string;
  readonly gap?: string;
}

/** Lines of aligned columns under their titles. A column whose cells are all empty is left out. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const shown = columns.flatMap((column, index) =>
    rows.length === 0 || rows.some((row) => (row[index] ?? "") !== "") ? [{ column, index }] : [],
  );
  const widths = shown.map(({ column, index }) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const gap = options.gap ?? "  ";
  fit(widths, shown, gap, options.width);
  const line = (cells: readonly string[]): string =>
    shown
      .map(({ column }, at) => pad(cells[at] ?? "", widths[at] ?? 0, column.align))
      .join(gap)
      .trimEnd();
  const heading = line(shown.map(({ column }) => column.title));
  return [
    options.heading ? options.heading(heading) : heading,
    ...rows.map((row) => line(shown.map(({ index }) => row[index] ?? ""))),
  ];
}

/** Narrows the flexible columns, the widest first, down to a width that still says something. */
function fit(
  widths: number[],
  shown: readonly { column: Column }[],
  gap: string,
  limit: number | undefined,
): void {
  if (limit === undefined) return;
  const least = 12;
  const total = (): number =>
    widths.reduce((sum, one) => sum + one, (widths.length - 1) * textWidth(gap));
  while (total() > limit) {
    const candidates = widths.flatMap((width, at) =>
      shown[at]?.column.flexible && width > least ? [{ width, at }] : [],
    );
    const widest = candidates.toSorted((a, b) => b.width - a.width)[0];
    if (!widest) return;
    widths[widest.at] = Math.max(least, widest.width - (total() - limit));
  }
}

function pad(text: string, width: number, align: Column["align"] = "left"): string {
  const cut = cutText(text, width);
  const space = " ".repeat(Math.max(0, width - textWidth(cut)));
  return align === "right" ? space + cut : cut + space;
}

/** Names beside values, one a line; pairs without a value are left out. */
export function formatPairs(
  pairs: readonly (readonly [string, string | undefined | null])[],
  name: (text: string) => string = (text) => text,
): string[] {
  const known = pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1]));
  const width = Math.max(0, ...known.map(([title]) => textWidth(title)));
  return known.map(([title, value]) => {
    const indent = " ".repeat(width + 2);
    return name(title.padEnd(width)) + "  " + value.replaceAll("\n", `\n${indent}`);
  });
}
