import { quote, quoteAll } from "../base/shell.ts";
import { type Job, jobFiles } from "./job.ts";

/** What the platform knows about the place where `job.sh` runs. */
export interface JobPlace {
  /** Control-group files of the run; absent where none can be made. */
  readonly cgroup?: JobCgroup;
  /** Seconds since the epoch at which the machine booted; where absent, job.sh asks `date`. */
  readonly bootTime?: number;
}

export interface JobCgroup {
  /** `cgroup.procs` of each hierarchy, to be joined before the engine starts. */
  readonly procs: readonly [string, ...string[]];
  /** `memory.peak` (v2) or `memory.max_usage_in_bytes` (v1). */
  readonly memoryPeak?: string;
  /** `memory.events` (v2) or `memory.oom_control` (v1): both have a line `oom_kill N`. */
  readonly memoryEvents?: string;
  /** `cpuacct.usage` in nanoseconds (v1), or `cpu.stat` with `usage_usec` (v2). */
  readonly cpu?: { readonly file: string; readonly format: "nanoseconds" | "cpu.stat" };
}

/** Bytes kept for the exit record: more than one ever needs, one block of most file systems. */
export const reserveBytes = 4096;

/**
 * `job.sh`: runs the engine's command once, however often it is started, and writes `exit` last.
 * Only POSIX sh and its built-in commands on the way to the command: each other program costs a
 * millisecond of start latency.
 */
export function jobScript(job: Job, place: JobPlace): string {
  const { sandbox, limits } = job;
  const lines = [
    "#!/bin/sh",
    `# Aloft run ${job.id}. Generated; runs its command once, however often it is started.`,
    `cd ${quote(job.folder)} || exit 125`,
    "umask 077",
    "read -r stat < /proc/$$/stat; set -- ${stat##*) }",
    "read -r boot < /proc/sys/kernel/random/boot_id",
    `(set -C; echo "$$ \${20} $boot" > ${jobFiles.pid}) 2> /dev/null || exit 0`,
    "code=125 oom=0 cpu_ms=null memory=null engine_failed=false disk_full=false",
    "trap : TERM HUP INT",
    "read -r began rest < /proc/uptime",
    ...(limits.seconds === undefined
      ? []
      : [
          `sh ${jobFiles.stop} ${jobFiles.timedOut} ${limits.seconds} > /dev/null 2>&1 & watchdog=$!`,
        ]),
    `(`,
    "  trap - TERM HUP INT",
    ...joinLines(place.cgroup),
    `  [ ! -e ${jobFiles.cancelled} ] || exit 143`,
    "  umask 022",
    ...sandbox.before.map((line) => `  ${line} || exit 125`),
    ...Object.entries(sandbox.env).map(([name, value]) => `  export ${name}=${quote(value)}`),
    ...(sandbox.directory === undefined ? [] : [`  cd ${quote(sandbox.directory)} || exit 125`]),
    `  exec ${quoteAll(sandbox.command)}`,
    `) < /dev/null > ${jobFiles.stdout} 2> ${jobFiles.stderr}`,
    "code=$?",
    "read -r ended rest < /proc/uptime",
    ...(limits.seconds === undefined ? [] : ["kill -USR1 $watchdog 2> /dev/null"]),
    ...usageLines(place.cgroup),
    ...sandbox.after,
    ...recordLines(place),
    `exec mv ${jobFiles.reserve} ${jobFiles.exit}`,
    "",
  ];
  return lines.join("\n");
}

function joinLines(cgroup: JobCgroup | undefined): string[] {
  // Writing 0 moves the writer itself: the subshell, not job.sh, which must outlive a kill of the group.
  return (cgroup?.procs ?? []).map((file) => `  echo 0 > ${quote(file)} || exit 125`);
}

function usageLines(cgroup: JobCgroup | undefined): string[] {
  if (!cgroup)
    return [`times > times.tmp; { read -r own; read -r u s; } < times.tmp`, ...fromTimes];
  const lines: string[] = [];
  if (cgroup.memoryPeak) lines.push(`read -r memory < ${quote(cgroup.memoryPeak)}`);
  if (cgroup.memoryEvents)
    lines.push(
      `while read -r key value; do case $key in oom_kill) oom=$value;; esac; done < ${quote(cgroup.memoryEvents)}`,
    );
  if (cgroup.cpu?.format === "nanoseconds")
    lines.push(`read -r ns < ${quote(cgroup.cpu.file)}; cpu_ms=$((ns / 1000000))`);
  if (cgroup.cpu?.format === "cpu.stat")
    lines.push(
      `while read -r key value; do case $key in usage_usec) cpu_ms=$((value / 1000));; esac; done < ${quote(cgroup.cpu.file)}`,
    );
  return lines;
}

/** `1m2.345s` as milliseconds, in sh: the digits after the point are padded by a leading 1. */
const fromTimes = [
  `cpu_ms=0; for t in $u $s; do m=\${t%%m*}; t=\${t#*m}; t=\${t%s}; f=\${t#*.}000; ` +
    `r=\${f#???}; f=\${f%"$r"}; cpu_ms=$((cpu_ms + m * 60000 + \${t%.*} * 1000 + 1$f - 1000)); done`,
];

function recordLines(place: JobPlace): string[] {
  const boot =
    place.bootTime === undefined
      ? "now=$(date +%s); read -r up rest < /proc/uptime; boot_s=$((now - ${up%.*})) boot_cs=0"
      : `boot_s=${Math.floor(place.bootTime)} boot_cs=${Math.floor((place.bootTime % 1) * 100)}`;
  const marker = (file: string, name: string) =>
    `if [ -e ${file} ]; then ${name}=true; else ${name}=false; fi`;
  return [
    boot,
    // A 1 before the hundredths keeps sh from reading 08 as a bad octal number.
    "a=$((${began%.*} * 100 + 1${began#*.} - 100 + boot_cs)) b=$((${ended%.*} * 100 + 1${ended#*.} - 100 + boot_cs))",
    marker(jobFiles.timedOut, "timed_out"),
    marker(jobFiles.cancelled, "cancelled"),
    "case $cpu_ms in null) cpu=null;; *) cpu=$((cpu_ms / 1000)).$((cpu_ms % 1000 + 1000)); cpu=${cpu%.*}.${cpu##*.1};; esac",
    // The room for the record is already there; room beyond it is what a full disk no longer gives.
    `printf '%${reserveBytes}s' '' 2> /dev/null >> ${jobFiles.reserve} || disk_full=true`,
    `printf '{"code":%d,"startedAt":%d.%02d,"endedAt":%d.%02d,"cpuSeconds":%s,"maxMemoryBytes":%s,"oomKills":%d,"timedOut":%s,"cancelled":%s,"diskFull":%s,"engineFailed":%s}' \\`,
    `  "$code" $((boot_s + a / 100)) $((a % 100)) $((boot_s + b / 100)) $((b % 100)) "$cpu" "$memory" "$oom" \\`,
    `  $timed_out $cancelled $disk_full $engine_failed 1<> ${jobFiles.reserve}`,
  ];
}

/**
 * `stop.sh MARKER [SECONDS]`: leaves the marker file, after SECONDS where given, asks the program to end, and kills the
 * whole tree when it has not ended within the grace time. Signal USR1 calls a waiting one off.
 */
export function stopScript(job: Job, place: JobPlace): string {
  const { terminate } = job.sandbox;
  return [
    "#!/bin/sh",
    `# Ends Aloft run ${job.id}. Generated.`,
    `cd ${quote(job.folder)} || exit 1`,
    "trap '' TERM HUP INT",
    'if [ -n "$2" ]; then sleep "$2" & sleeping=$!; trap \'kill $sleeping; exit 0\' USR1; wait $sleeping; trap - USR1; fi',
    `[ ! -e ${jobFiles.exit} ] || exit 0`,
    ': > "$1"',
    `read -r job start boot < ${jobFiles.pid} || exit 0`,
    ...signalLines(place.cgroup),
    ...(typeof terminate === "string" ? [`send TERM ${terminate}`] : terminate),
    `left=${Math.ceil(job.limits.graceSeconds * 10)}`,
    `while [ ! -e ${jobFiles.exit} ] && [ $left -gt 0 ]; do sleep 0.1; left=$((left - 1)); done`,
    `while [ ! -e ${jobFiles.exit} ] && [ -e /proc/$job ]; do send KILL tree; sleep 0.1; done`,
    "",
  ].join("\n");
}

function signalLines(cgroup: JobCgroup | undefined): string[] {
  const members = cgroup
    ? ['members() { while read -r p; do echo "$p"; done < ' + quote(cgroup.procs[0]) + "; }"]
    : [
        "members() {",
        "  for f in /proc/[0-9]*/stat; do",
        "    read -r stat 2> /dev/null < $f || continue",
        "    p=${f#/proc/} p=${p%/stat}; set -- ${stat##*) }",
        '    [ "$4" != "$job" ] || [ "$p" = "$job" ] || [ "$p" = "$$" ] || echo "$p"',
        "  done",
        "}",
      ];
  return [
    ...members,
    "send() {",
    "  for p in $(members); do",
    "    read -r stat 2> /dev/null < /proc/$p/stat || continue",
    '    signal=$1 scope=$2; set -- ${stat##*) }; parent=$2; set -- "$signal" "$scope"',
    '    case $scope in engine) [ "$parent" = "$job" ] || continue;; inside) [ "$parent" != "$job" ] || continue;; esac',
    '    kill -"$signal" "$p" 2> /dev/null',
    "  done",
    "}",
  ];
}
