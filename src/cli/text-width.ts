// Escape sequences that style text (SGR) or link it (OSC 8) take no cell.
const escape = "\u001b";
const bell = "\u0007";
const escapes = new RegExp(
  `${escape}\\[[0-9;:]*m|${escape}\\]8;[^${bell}${escape}]*(?:${bell}|${escape}\\\\)`,
  "g",
);
const plainAscii = /^[\u0020-\u007e]*$/;
const noCell = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u;
/** East Asian Wide and Fullwidth, and pictographs (Unicode TR 11, the ranges that terminals agree on). */
const twoCells =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

/** Cells that a terminal uses to show `text`. */
export function textWidth(text: string): number {
  const bare = text.includes("\u001b") ? text.replaceAll(escapes, "") : text;
  if (plainAscii.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare) width += cells(character);
  return width;
}

function cells(character: string): number {
  if (noCell.test(character)) return 0;
  return twoCells.test(character) ? 2 : 1;
}

/** The start of `text` in at most `width` cells, ending in "…" where something was cut. Styles are closed. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return "";
  let kept = "";
  let used = 0;
  let styled = false;
  for (const [piece] of text.matchAll(new RegExp(`${escapes.source}|[^]`, "gu"))) {
    if (piece.length > 1 && piece.startsWith("\u001b")) styled = true;
    else {
      used += cells(piece);
      if (used > width - 1) break;
    }
    kept += piece;
  }
  return `${kept}…${styled ? "\u001b[0m" : ""}`;
}
