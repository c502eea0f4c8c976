import { jobFiles } from "../../model/job.ts";
import { probeEngine } from "../engine-probe.ts";
import type { LevelEngine } from "../level.ts";
import { containerAbilities, type ContainerOptions, containerSandbox } from "./container.ts";

export interface RuncOptions extends ContainerOptions {
  /** A folder for the probe, absolute. */
  readonly scratch: string;
  /** Whether the platform can mount images. */
  readonly mayMount: boolean;
}

/**
 * runc always makes control groups. On v1 it cannot see the hierarchies that hold the run's limits, so it
 * leaves the run in the group that the platform has made. On v2 its group is below that one.
 */
const hideLimits =
  'for c in memory pids cpu cpuacct cpu,cpuacct; do while umount -l "/sys/fs/cgroup/$c" 2> /dev/null; do :; done; done; exec "$@"';

/** Containers by runc, where crun cannot run. */
export function createRunc(options: RuncOptions): LevelEngine {
  const engine: LevelEngine = {
    name: "runc",
    level: "container",
    abilities: containerAbilities(options),
    staging: "root",
    sandbox(request) {
      const group = `/aloft-runc-${request.id}`;
      const sandbox = containerSandbox(request, options, {
        cgroupsPath: group,
        command: [
          "unshare",
          "--mount",
          "sh",
          "-c",
          hideLimits,
          "sh",
          options.program,
          `--root=${jobFiles.engine}`,
          "run",
          "--preserve-fds=1",
          "--bundle=.",
          request.id,
        ],
      });
      // runc removes its groups itself unless it was killed.
      const left = `/sys/fs/cgroup/*${group}`;
      return { ...sandbox, after: [`for d in ${left}; do [ ! -d "$d" ] || rmdir "$d"; done`] };
    },
    probe: (signal) =>
      probeEngine(engine, {
        program: options.program,
        install: "apt-get install runc busybox-static",
        busybox: options.init,
        scratch: options.scratch,
        mayMount: options.mayMount,
        signal,
      }),
  };
  return engine;
}
