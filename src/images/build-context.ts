import type { Layout } from "./layout.ts";
import type { Programs } from "./program.ts";

export type BuildPhase = "resolve" | "fetch" | "unpack" | "step" | "pack" | "done";

/** One thing that a build reports. */
export interface BuildProgress {
  readonly phase: BuildPhase;
  /** One line, for people: what is done now, or what a program printed. */
  readonly message: string;
  /** The `run` step under way, from 1, of so many. */
  readonly step?: number;
  readonly of?: number;
  /** How much of the phase is done, 0 to 1; absent where nobody knows. */
  readonly fraction?: number;
}

/** What every part of one build shares. */
export interface BuildContext {
  readonly layout: Layout;
  readonly programs: Programs;
  readonly signal: AbortSignal;
  /** The source as the user wrote it, for messages. */
  readonly subject: string;
  /** A folder of this build alone; it goes away with the build. */
  readonly work: string;
  /** As OCI and Debian name it: amd64, arm64. */
  readonly architecture: string;
  emit(event: BuildProgress): void;
  progress(phase: BuildPhase, message: string, fraction?: number): void;
}
