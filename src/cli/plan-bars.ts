import { type Term, type TimeTerm, timeTerms } from "../model/estimate.ts";
import type { Style } from "./style.ts";

/** Cells of the longest bar. */
const cells = 20;
const letters: Record<TimeTerm, string> = {
  queue: "q",
  provision: "p",
  image: "i",
  stageIn: "<",
  run: "█",
  stageOut: ">",
};

export const termLegend = "q queue, p provision, i image, < data in, █ run, > data out, ? unknown";

/**
 * The known terms of a time as a bar, each as long as its part of the longest known time of the table. A term of more than nothing that would get no cell is
 * left out; unknown ones end the bar with a question mark.
 */
export function termBar(
  time: Readonly<Record<TimeTerm, Term>>,
  longest: number,
  style: Style,
): string {
  // Without the run itself the rest would look like the whole.
  if (time.run.estimate === null) return style.dim("?");
  let [before, drawn, text] = [0, 0, ""];
  for (const name of timeTerms) {
    before += time[name].estimate?.median ?? 0;
    const end = longest > 0 ? Math.round((before / longest) * cells) : 0;
    text += letters[name].repeat(Math.max(0, end - drawn));
    drawn = Math.max(drawn, end);
  }
  const isUnknown = timeTerms.some((name) => time[name].estimate === null);
  return text + (isUnknown ? style.dim("?") : "");
}
