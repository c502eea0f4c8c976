import type { Connection } from "./connection.ts";
import type { CliHost } from "./host.ts";
import type { Options } from "./options.ts";
import type { Style } from "./style.ts";

export interface OptionSpec {
  /** As commander reads it: `-f, --follow`, `--cpus <n>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly repeats?: boolean;
}

/** What the shell can offer for a command's arguments. */
export type Completion =
  | "file"
  | "run"
  | "image"
  | "shell"
  | "none"
  /** One of these words. */
  | { readonly choices: readonly string[] };

/** One command, in a module of its own that is loaded when it is asked for. */
export interface Command {
  /** As commander reads it: `<run...>`, `[file]`. */
  readonly arguments?: string;
  readonly details?: string;
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly string[];
  readonly completes?: Completion;
  /** Takes a command line after `--`. */
  readonly takesCommand?: boolean;
  /** Resolves with the exit code. */
  run(context: Context): Promise<number>;
}

export interface Context {
  readonly host: CliHost;
  readonly connection: Connection;
  readonly args: readonly string[];
  /** What followed `--`; `undefined` where there was none. */
  readonly rest: readonly string[] | undefined;
  readonly options: Options;
  readonly json: boolean;
  /** No progress: asked for, or a program reads both streams. */
  readonly quiet: boolean;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly noteStyle: Style;
  /** Aborts when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Writes lines to standard output. */
  readonly print: (...lines: readonly string[]) => void;
  /** The one document of `--json`. */
  readonly printJson: (document: unknown) => void;
  /** Writes lines for a person to standard error. */
  readonly note: (...lines: readonly string[]) => void;
}
