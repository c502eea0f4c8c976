/**
 * A job is what a platform executes: a run directory with `job.sh` in it. An engine of a level describes
 * the sandbox (`Sandbox`), a platform adds where it runs (`JobPlace`), `job-script.ts` makes the text.
 */
export interface Sandbox {
  /** Files that the engine needs in the run directory; paths are relative to it. */
  readonly files: readonly JobFile[];
  /** The engine's program and arguments. Started in the run directory, with no standard input. */
  readonly command: readonly string[];
  /** Added to the environment of `command`. Never on a command line: others could read it there. */
  readonly env: Readonly<Record<string, string>>;
  /** Where `command` starts; default the run directory. */
  readonly directory?: string;
  /** Lines of sh before `command`, in the run's control group, with its streams. Failing ends the run as the engine's failure. */
  readonly before: readonly string[];
  /**
   * Lines of sh after `command`. They may set `code` (0 to 255), `oom` (kills), `cpu_ms`, `memory`
   * (bytes) and `engine_failed=true`.
   */
  readonly after: readonly string[];
  /**
   * How a request to end reaches the program: `tree` signals every process, `engine` the engine's own
   * process, which passes it on, `inside` every process but the engine's own; or lines of sh.
   */
  readonly terminate: "tree" | "engine" | "inside" | readonly string[];
  /**
   * A file in the run directory that is not empty once the command itself has begun, for engines that can tell. Ended
   * without it, the run failed by its engine; and a request to end waits for it, so that it is not lost on the way.
   */
  readonly started?: string;
  /** Memory that the engine needs beside what the run asked for: a guest's devices, an emulator. */
  readonly overheadBytes: number;
}

export interface JobFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits; default 0600. */
  readonly mode?: number;
}

export interface JobLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes and threads together. */
  readonly pids: number;
  /** Seconds of wall-clock time; absent where there is no limit. */
  readonly seconds?: number;
  /** Seconds between the request to end and the kill. */
  readonly graceSeconds: number;
}

export interface Job {
  readonly id: string;
  /** The run directory, absolute. */
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly limits: JobLimits;
}

/** Files of a run directory, by what they are for. */
export const jobFiles = {
  script: "job.sh",
  /** Ends the job from outside: `sh stop.sh MARKER [SECONDS [now]]`. */
  stop: "stop.sh",
  stdout: "stdout",
  stderr: "stderr",
  /** Made by job.sh with O_EXCL: process id, the uptime then in seconds, boot id. Whoever makes it runs the job. */
  pid: "pid",
  exit: "exit",
  /** Room for `exit`, set aside so that a full disk cannot keep a run from telling how it ended. */
  reserve: "exit.tmp",
  cancelled: "cancelled",
  timedOut: "timed-out",
  /** Left where the engine's preparations failed. */
  engineFailed: "engine-failed",
  /** What an engine keeps while the run lasts: its own state and sockets. Removed when the run is released. */
  engine: "engine",
  /** Other files of an engine that last as long as the run begin like this. Removed when the run is released. */
  enginePrefix: "vm.",
  /** The working folder: inputs are here, outputs are found here. */
  work: "work",
} as const;
