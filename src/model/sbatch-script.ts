import { quote, quoteAll } from "../base/shell.ts";

/**
 * Characters in one argument. Linux takes 131,072 bytes (MAX_ARG_STRLEN), and a character has four at most in UTF-8.
 */
const chunkLength = 30_000;

/** As Slurm names the copy that it starts. */
const scriptName = "slurm_script";

/**
 * The command that runs a batch script as Slurm does: a copy named `slurm_script`, started by the interpreter of its first
 * line, so that `$0`, `BASH_SOURCE`, `__file__` and line numbers are those of a file. Words appended to the command are
 * the script's arguments. The copy is in the run's working folder, which is `SLURM_SUBMIT_DIR`; `folder` (--chdir) is where
 * the script starts, seen from there. `undefined` where the script names no interpreter.
 */
export function scriptCommand(script: string, folder: string | undefined): string[] | undefined {
  const interpreter = shebang(script);
  if (!interpreter) return undefined;
  const chunks = script.match(new RegExp(`[^]{1,${chunkLength}}`, "gu")) ?? [];
  const launcher = [
    `aloft_script=$PWD/slurm_script aloft_left=${chunks.length}`,
    'while [ "$aloft_left" -gt 0 ]; do printf %s "$1"; shift; aloft_left=$((aloft_left - 1)); done > "$aloft_script" || exit 1',
    "SLURM_SUBMIT_DIR=$PWD; export SLURM_SUBMIT_DIR",
    ...(folder === undefined ? [] : [`cd -- ${quote(folder)} || exit 1`]),
    `exec ${quoteAll(interpreter)} "$aloft_script" "$@"`,
  ];
  return ["/bin/sh", "-c", launcher.join("\n"), scriptName, ...chunks];
}

/** Whether `command` is one that `scriptCommand` made. */
export function isScriptCommand(command: string | readonly string[]): boolean {
  return Array.isArray(command) && command[1] === "-c" && command[3] === scriptName;
}

/** As the kernel reads it: the interpreter, and all the rest of the line as one argument (execve(2)). */
function shebang(script: string): string[] | undefined {
  const [, program, argument = ""] = /^#![ \t]*([^ \t\n]+)[ \t]*([^\n]*)/.exec(script) ?? [];
  if (program === undefined) return undefined;
  return argument.trim() === "" ? [program] : [program, argument.trim()];
}
