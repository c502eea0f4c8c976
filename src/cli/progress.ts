import type { Output } from "./host.ts";
import { cutText } from "./text-width.ts";

/** What is going on, for a person: one line that is rewritten on a terminal, a line for each new phase elsewhere. */
export interface Progress extends Disposable {
  /** `phase` is what a reader of a log should see once; `detail` changes often and is for a terminal only. */
  show(phase: string, detail?: string): void;
  /** Takes the line away, so that other text can stand there. */
  clear(): void;
}

/** Faster than this, a terminal shows nothing that an eye could read. In milliseconds. */
const interval = 50;

export function createProgress(output: Output, quiet: boolean): Progress {
  const { stream, terminal } = output;
  let said = "";
  let drawn = false;
  let drawnAt = 0;

  function clear(): void {
    if (drawn) stream.write("\r\u001b[2K");
    drawn = false;
  }

  function draw(text: string): void {
    const now = performance.now();
    if (drawn && text === said) return;
    if (drawn && now - drawnAt < interval) return;
    stream.write(
      `\r\u001b[2K${cutText(text.replaceAll(/\s+/g, " "), (output.columns() ?? 80) - 1)}`,
    );
    drawn = true;
    drawnAt = now;
    said = text;
  }

  return {
    show(phase, detail = "") {
      if (quiet) return;
      if (terminal) draw(detail ? `${phase}: ${detail}` : phase);
      else if (phase !== said) {
        stream.write(`${phase}\n`);
        said = phase;
      }
    },
    clear,
    [Symbol.dispose]: clear,
  };
}
