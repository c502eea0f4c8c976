import { posix } from "node:path";
import { AloftError } from "../base/errors.ts";
import type { Sandbox } from "../model/job.ts";
import type { Availability, EngineAbilities, EngineName, Level, Network } from "../model/level.ts";

/** What a level's engine is asked to wrap. Paths are absolute and exist on the platform. */
export interface SandboxRequest {
  /** Lower-case letters, digits and dots; unique among the runs of this Aloft. */
  readonly id: string;
  readonly hostname: string;
  /** The command inside. Never empty. */
  readonly argv: readonly string[];
  /** The whole environment inside, but for what the level itself must add (PATH, HOME where absent). */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Where the command starts, inside; relative: below the run's working folder. Absent: in that folder. One that is
   * missing is made, but for an absolute one without an image, which would be the host's.
   */
  readonly workdir?: string;
  readonly network: Network;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes and threads together; a guest's are not the host's to count. Absent: no limit inside. */
  readonly pids?: number;
  /** The run directory. Its `work` folder is writable inside at `workMount`. */
  readonly folder: string;
  readonly image?: StagedImage;
}

/** An image made ready by the platform. */
export interface StagedImage {
  /** The squashfs file, read-only. */
  readonly squashfs: string;
  /**
   * A writable root file system of this run alone: an overlay on the squashfs, in which `/dev`, `/proc`, `/sys`, `/work`,
   * `/etc/hosts` and `/etc/resolv.conf` are there to be mounted on. Absent for engines that mount it themselves.
   */
  readonly root?: string;
}

/** Where the working folder is inside an image, at every level. */
export const workMount = "/work";

/** Where the command starts, absolute; `work` is where the working folder is. */
export function startFolder({ workdir }: Pick<SandboxRequest, "workdir">, work: string): string {
  if (workdir === undefined) return work;
  const path = posix.resolve(work, workdir);
  if (posix.isAbsolute(workdir) || path === work || path.startsWith(`${work}/`)) return path;
  throw new AloftError("bad-input", `the workdir "${workdir}" leads out of the working folder`, {
    hint: "a relative workdir is below the run's working folder; write any other as an absolute path",
  });
}

/** One program that provides one level. It never knows which platform will run what it describes. */
export interface LevelEngine {
  readonly name: EngineName;
  readonly level: Level;
  readonly abilities: EngineAbilities;
  /** How the image is to be staged: mounted as a writable root, or the squashfs file alone. */
  readonly staging: "root" | "squashfs" | "none";
  /** Really starts something, within a deadline; never throws for what is merely missing. */
  probe(signal: AbortSignal): Promise<Availability>;
  /** Pure: the same request gives the same sandbox. Throws `refused` for what the abilities exclude. */
  sandbox(request: SandboxRequest): Sandbox;
}
