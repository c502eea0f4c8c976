import { quoteAll } from "../../base/shell.ts";
import { jobFiles } from "../../model/job.ts";
import { probeEngine } from "../engine-probe.ts";
import type { LevelEngine } from "../level.ts";
import { containerAbilities, type ContainerOptions, containerSandbox } from "./container.ts";

export interface CrunOptions extends ContainerOptions {
  /** A folder for the probe, absolute. */
  readonly scratch: string;
  /** Whether the platform can mount images. */
  readonly mayMount: boolean;
  /**
   * The hybrid layout's cgroup2 mount, where the server can see it: crun refuses to run beside it, so each run
   * hides it first, at a cost of a millisecond. Absent where the server itself was started without it.
   */
  readonly unified?: string;
}

/** Containers by crun. It is told to leave control groups alone: the platform has made the run's own. */
export function createCrun(options: CrunOptions): LevelEngine {
  const engine: LevelEngine = {
    name: "crun",
    level: "container",
    abilities: containerAbilities(options),
    staging: "root",
    sandbox: (request) =>
      containerSandbox(request, options, {
        command: hiding(options.unified, [
          options.program,
          "--cgroup-manager=disabled",
          `--root=${jobFiles.engine}`,
          "run",
          "--preserve-fds=1",
          "--bundle=.",
          request.id,
        ]),
      }),
    probe: (signal) =>
      probeEngine(engine, {
        program: options.program,
        install: "apt-get install crun busybox-static",
        busybox: options.init,
        scratch: options.scratch,
        mayMount: options.mayMount,
        signal,
      }),
  };
  return engine;
}

/** `argv` in a mount namespace where `unified` is not mounted. */
export function hiding(unified: string | undefined, argv: readonly string[]): readonly string[] {
  if (unified === undefined) return argv;
  return [
    "unshare",
    "--mount",
    "sh",
    "-c",
    `${quoteAll(["umount", unified])} && exec "$@"`,
    "sh",
    ...argv,
  ];
}
