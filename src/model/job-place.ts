/** What the platform knows about the place where `job.sh` runs. */
export interface JobPlace {
  /** Control-group files of the run; absent where none can be made. */
  readonly cgroup?: JobCgroup;
  /** Seconds since the epoch at which the machine booted; where absent, job.sh asks `date`. */
  readonly bootTime?: number;
  /** A descriptor that job.sh tells of its end on, by a line with its id; whoever reads it need not look. */
  readonly notice?: number;
  /** `/proc/sys/kernel/random/boot_id`; where absent, job.sh reads it: byte by byte, as sh does. */
  readonly bootId?: string;
}

export interface JobCgroup {
  /**
   * The file of each hierarchy that moves the process which writes 0 into it: `tasks` (v1), `cgroup.procs` (v2).
   * On v1 `cgroup.procs` would do too, but it waits for a grace period of the kernel: 10 ms where `tasks` takes 0.1.
   */
  readonly join: readonly [string, ...string[]];
  /** `cgroup.procs` of one hierarchy: the members. */
  readonly procs: string;
  /** `memory.peak` (v2) or `memory.max_usage_in_bytes` (v1). */
  readonly memoryPeak?: string;
  /** `memory.events` (v2) or `memory.oom_control` (v1): both have a line `oom_kill N`. */
  readonly memoryEvents?: string;
  /** `cpuacct.usage` in nanoseconds (v1), or `cpu.stat` with `usage_usec` (v2). */
  readonly cpu?: { readonly file: string; readonly format: "nanoseconds" | "cpu.stat" };
}
