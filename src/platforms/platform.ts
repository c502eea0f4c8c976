import type { Job } from "../model/job.ts";
import type { ExitRecord } from "../model/exit-record.ts";
import type { Machine } from "../model/machine.ts";

/** Somewhere that executes jobs. Errors are `AloftError`s; the platform's own are translated. */
export interface Platform extends AsyncDisposable {
  readonly name: string;
  machine(signal: AbortSignal): Promise<Machine>;
  /**
   * Makes the run directory and the image ready. Same key, same place: repeating it is cheap and safe.
   * `root` asks for a writable root file system, `squashfs` for the file alone.
   */
  stage(request: StageRequest, signal: AbortSignal): Promise<Staged>;
  /** Same job, started once, however often this is called. On failure nothing is left, or `list` finds it. */
  submit(job: Job, signal: AbortSignal): Promise<void>;
  /** `undefined` means the platform says that it has no such job; a failed question throws. */
  observe(id: string, signal: AbortSignal): Promise<Observed | undefined>;
  /** Asks the job to end, and kills it after its grace time. A job that has ended is left alone. `now` skips the grace. */
  cancel(id: string, options: { now: boolean }, signal: AbortSignal): Promise<void>;
  /** Gives back all that an ended job held but its run directory: cgroup, root, network. Repeatable. */
  release(id: string, signal: AbortSignal): Promise<void>;
  /** Every job that is ours, orphans included. */
  list(signal: AbortSignal): Promise<Observed[]>;
  /** Called when a job may have changed, so that nobody needs to poll. Returns the way to stop listening. */
  watch(changed: (id: string) => void): Disposable;
}

export interface StageRequest {
  readonly id: string;
  readonly image?: { readonly squashfs: string; readonly need: "root" | "squashfs" };
}

export interface Staged {
  /** The run directory, absolute, with an empty `work` folder or the one that was there. */
  readonly folder: string;
  readonly image?: { readonly squashfs: string; readonly root?: string };
}

/** What a platform says of one job. `vanished` is a job that began and has neither process nor exit record. */
export type Observed =
  | { readonly id: string; readonly state: "waiting" }
  | { readonly id: string; readonly state: "running"; readonly startedAt: number }
  | { readonly id: string; readonly state: "ended"; readonly exit: ExitRecord }
  | { readonly id: string; readonly state: "vanished"; readonly detail: string };
