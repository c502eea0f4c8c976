import type { Readable, Writable } from "node:stream";

/** One of the two streams that a person or a program reads. */
export interface Output {
  readonly stream: Writable;
  /** Somebody watches: progress may rewrite its line. */
  readonly terminal: boolean;
  /** Colours are wanted: a terminal, and neither NO_COLOR nor TERM=dumb. */
  readonly colour: boolean;
  /** Width in cells now; `undefined` where the stream is no terminal. */
  columns(): number | undefined;
}

export interface Input {
  readonly stream: Readable;
  /** Somebody types. */
  readonly terminal: boolean;
}

/** Something to make ready on a machine beside system packages, such as the kernel of virtual machines. */
export interface SetupStep {
  readonly name: string;
  /** What it is for, to be said before it is done. */
  readonly why: string;
  /** Quick: it decides whether set-up is silent. Only then `run` is called. */
  needed(): Promise<boolean>;
  run(report: (message: string) => void): Promise<void>;
}

export interface SetupHost {
  /** Effective user id; 0 may install packages. */
  readonly uid: number;
  /** Done after the system packages, in this order. */
  readonly steps: readonly SetupStep[];
}

/** Everything that the command line needs of the process it runs in. */
export interface CliHost {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  /** The file that runs, absolute: it tells one build of Aloft from another. */
  readonly program: string;
  /** Absolute; relative paths of the user start here. */
  readonly cwd: string;
  /** The state folder. */
  readonly home: string;
  /** Path of the server's unix socket. */
  readonly socket: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setup: SetupHost;
  /** Resolves when a server answers, after starting one in the background where none does. Throws `unavailable`. */
  ensureServer(): Promise<void>;
  /** Resolves when no server runs any more; `false` where none did. Runs go on without it. */
  stopServer(): Promise<boolean>;
  /** The server in this very process, until it is asked to end. */
  serve(): Promise<void>;
  /** Asks the person at the terminal a question with the answers yes and no. */
  confirm(question: string): Promise<boolean>;
  /** Calls `handler` for each SIGINT or SIGTERM instead of ending the process. */
  onInterrupt(handler: () => void): Disposable;
}
