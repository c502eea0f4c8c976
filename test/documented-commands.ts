import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** A line of a block in `sh`, and how it ends. */
export interface DocumentedCommand {
  readonly line: string;
  /** From its comment, where that says `# … ends with 7`. */
  readonly code: number;
}

const program = join(resolve(import.meta.dirname, ".."), "aloft");

export function blocksOf(page: string): Block[] {
  return Array.from(
    page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm),
    ([, language = "", text = ""]) => ({ language, text }),
  );
}

/** The file name that a block's first or second line gives in a comment of its own: `# pi.yaml`. */
export function fileName({ text }: Block): string | undefined {
  return /^(?:#!.*\n)?# (\S+\.\w+)$/m.exec(text.split("\n", 2).join("\n"))?.[1];
}

/** Writes every block that is a file, as its reader would. */
export function writeFiles(blocks: readonly Block[], folder: string): void {
  for (const block of blocks) {
    const name = fileName(block);
    if (name === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), block.text);
  }
}

export function commandsOf(blocks: readonly Block[]): DocumentedCommand[] {
  return blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => ({
      line: line.replace(/\s+#\s.*$/, ""),
      code: Number(/#.*\bends with (\d+)/.exec(line)?.[1] ?? 0),
    }));
}

/** The line with the program of this checkout, wherever it is run. */
export function runnable({ line }: DocumentedCommand): string {
  return line.replaceAll("./aloft", `'${program}'`);
}
