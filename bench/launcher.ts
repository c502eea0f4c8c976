import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { quote, quoteAll } from "../src/base/shell.ts";

/**
 * Starts commands from a small shell, as a person does. Not from this process: a fork copies the page tables of its parent, and
 * with Node's 100 MB that costs several times what starting the program does.
 */
export interface Launcher extends Disposable {
  /** Milliseconds from the request to the news that the command has succeeded; throws with its last words where it has not. */
  time(argv: readonly string[], variables?: Readonly<Record<string, string>>): Promise<number>;
}

const loop = `trap : INT; while IFS= read -r line; do eval "$line"; echo "$?"; done`;

/** One command at a time. `log` gets what the commands say. */
export function createLauncher(log: string, env: NodeJS.ProcessEnv): Launcher {
  const descriptor = openSync(log, "a", 0o600);
  const shell = spawn("/bin/sh", ["-c", loop], { stdio: ["pipe", "pipe", descriptor], env });
  closeSync(descriptor);
  const { stdin, stdout } = shell;
  if (!stdin || !stdout) throw new Error("no pipes to the shell");
  let answered: ((code: string) => void) | undefined;
  stdout.setEncoding("utf8");
  stdout.on("data", (code: string) => answered?.(code));
  shell.on("error", () => answered?.("the shell failed"));
  shell.on("exit", () => answered?.("the shell ended"));
  stdin.on("error", () => answered?.("the shell ended"));

  return {
    async time(argv, variables = {}) {
      const line = `${commandLine(argv, variables)} < /dev/null > /dev/null\n`;
      const answer = new Promise<string>((resolve) => {
        answered = resolve;
      });
      const begin = performance.now();
      stdin.write(line);
      const code = (await answer).trim();
      const end = performance.now() - begin;
      if (code !== "0") throw new Error(`${argv[0]} ended with ${code}: ${lastWords(log)}`);
      return end;
    },
    [Symbol.dispose]: () => void stdin.end(),
  };
}

/** One line of sh. */
export function commandLine(
  argv: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)} `);
  return set.join("") + quoteAll(argv);
}

/** Long enough for the cause, short enough for a report. */
const wordsKept = 300;

export function lastWords(file: string): string {
  const lines = readFileSync(file, "utf8").trim().split("\n").slice(-3);
  return lines.join("; ").slice(-wordsKept);
}
