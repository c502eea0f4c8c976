import type { Run, RunState } from "../model/run.ts";
import type { EngineName } from "../model/level.ts";

/**
 * Where Aloft keeps what it knows of runs. A promise of a write resolves when the write survives a
 * power cut. A full disk rejects with `disk-full` and changes nothing; the storage stays usable.
 */
export interface Storage extends AsyncDisposable {
  /**
   * Records new runs, all or none. Where `key` was used before, records nothing and answers with the
   * first run recorded under it.
   */
  insertRuns(runs: readonly Run[], key?: string): Promise<Run | undefined>;
  /** Replaces a run that is in state `from`. Throws `conflict` where it is not, or where the move is not allowed. */
  updateRun(run: Run, from: RunState): Promise<void>;
  getRun(id: string): Promise<Run | undefined>;
  /** Runs that a person may mean: the id, the start of ids, or a name; the newest first. */
  findRuns(reference: string): Promise<Run[]>;
  listRuns(filter: RunFilter): Promise<Run[]>;
  /** How many runs are in each state; with `array`, of its tasks. */
  countStates(array?: string): Promise<Partial<Record<RunState, number>>>;
  /** Succeeded runs of one workload, the newest first. */
  history(fingerprint: string, limit: number): Promise<PastRun[]>;
  /** Succeeded runs that differ in cpus and input size only (`familyFingerprint`), the newest first. */
  family(family: string, limit: number): Promise<FamilyRun[]>;
  /** Seconds from submission to running of succeeded runs of an engine, of any workload, the newest first. */
  startSeconds(engine: EngineName, limit: number): Promise<number[]>;
  /** Runs that have succeeded, tasks of arrays too, the newest first. */
  succeeded(limit: number): Promise<Run[]>;
}

export interface RunFilter {
  /** Only runs that have not ended. */
  readonly active?: boolean;
  /** Tasks of this array; without it, only runs that are no task. */
  readonly array?: string;
  /** Tasks beside whole runs. */
  readonly tasks?: boolean;
  readonly limit?: number;
}

/** A run of another scale of the same computation. */
export interface FamilyRun {
  readonly engine: EngineName;
  readonly runSeconds: number;
  readonly cpus: number;
  /** As `profile.size` told it; `null` where it told none. */
  readonly size: number | null;
  readonly endedAt: number;
}

/** What the planner learns from. Times in seconds. */
export interface PastRun {
  readonly engine: EngineName;
  readonly runSeconds: number;
  readonly startSeconds: number | null;
  readonly endedAt: number;
}
