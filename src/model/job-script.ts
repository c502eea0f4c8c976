import { quote, quoteAll } from "../base/shell.ts";
import type { JobCgroup, JobPlace } from "./job-place.ts";
import { type Job, jobFiles } from "./job.ts";
import { membersLines } from "./stop-script.ts";

/** Bytes kept for the exit record: more than one ever needs, one block of most file systems. */
export const reserveBytes = 4096;

/**
 * A disk with less room than this at the end of a failed run counts as full: an engine gives back some of its own
 * when it ends. It is asked for only after a failure, for it costs 0.8 ms.
 */
const roomBytes = 131072;

/**
 * `job.sh`: runs the engine's command once, however often it is started, and writes `exit` last.
 * Only POSIX sh and its built-in commands on the way: each other program costs a millisecond of start latency.
 */
export function jobScript(job: Job, place: JobPlace): string {
  const { sandbox, limits } = job;
  // Whoever would have read it may be gone: what is told then is lost, with the shell that has nothing left to do.
  const notice = place.notice === undefined ? "" : `echo ${quote(job.id)} >&${place.notice}; `;
  return [
    "#!/bin/sh",
    `# Aloft run ${job.id}. Generated; runs its command once, however often it is started.`,
    `cd ${quote(job.folder)} || exit 125`,
    "umask 077",
    place.bootId === undefined
      ? "read -r boot < /proc/sys/kernel/random/boot_id"
      : `boot=${quote(place.bootId)}`,
    "read -r began rest < /proc/uptime",
    `set -C; { true > ${jobFiles.pid}; } 2> /dev/null || exit 0; set +C`,
    `{ echo "$$ $began $boot" > ${jobFiles.pid}; } 2> /dev/null`,
    "job=$$ code=125 oom=0 cpu_ms=null memory=null engine_failed=false disk_full=false watchdog=",
    "trap : TERM HUP INT",
    ...(limits.seconds === undefined
      ? []
      : [
          `sh ${jobFiles.stop} ${jobFiles.timedOut} ${limits.seconds} > /dev/null 2>&1 & watchdog=$!`,
        ]),
    ...commandLines(job, place),
    "code=$?",
    "read -r ended rest < /proc/uptime",
    ...(limits.seconds === undefined ? [] : ["kill -USR1 $watchdog 2> /dev/null"]),
    ...killRestLines(place.cgroup),
    ...usageLines(place.cgroup),
    `[ ! -e ${jobFiles.engineFailed} ] || engine_failed=true`,
    ...(sandbox.started === undefined
      ? []
      : [
          // Ended on request before the command began: the engine's own code tells nothing of it.
          `[ -s ${quote(sandbox.started)} ] || if [ -e ${jobFiles.cancelled} ] || [ -e ${jobFiles.timedOut} ]; then code=143; else engine_failed=true; fi`,
        ]),
    ...sandbox.after,
    ...recordLines(place, notice),
    "",
  ].join("\n");
}

function commandLines({ sandbox }: Job, place: JobPlace): string[] {
  const closed = place.notice === undefined ? "" : ` ${place.notice}>&-`;
  const orFail = `|| { { true > "$aloft_run/${jobFiles.engineFailed}"; } 2> /dev/null; exit 125; }`;
  return [
    "aloft_run=$PWD",
    "(",
    "  trap - TERM HUP INT",
    // Writing 0 moves the writer itself: the subshell, not job.sh, which must outlive a kill of the group.
    ...(place.cgroup?.join ?? []).map((file) => `  echo 0 > ${quote(file)} ${orFail}`),
    `  [ ! -e ${jobFiles.cancelled} ] || exit 143`,
    `  [ -s ${jobFiles.pid} ] ${orFail}`,
    "  umask 022",
    ...sandbox.before.map((line) => `  ${line} ${orFail}`),
    ...(sandbox.directory === undefined ? [] : [`  cd ${quote(sandbox.directory)} ${orFail}`]),
    "  unset OLDPWD",
    ...Object.entries(sandbox.env).map(([name, value]) => `  export ${name}=${quote(value)}`),
    `  exec ${quoteAll(sandbox.command)}`,
    `) < /dev/null > ${jobFiles.stdout} 2> ${jobFiles.stderr}${closed}`,
  ];
}

/** What the command left running is part of the run, and ends with it. */
function killRestLines(cgroup: JobCgroup | undefined): string[] {
  const some = cgroup ? `read -r p < ${quote(cgroup.procs)}` : '[ -n "$(members)" ]';
  const each = cgroup
    ? `while read -r p; do kill -KILL $p; done < ${quote(cgroup.procs)}`
    : "for p in $(members); do kill -KILL $p; done";
  return [
    ...(cgroup ? [] : ["wait $watchdog", ...membersLines(cgroup)]),
    "tries=0",
    `while [ $tries -lt 100 ] && ${some}; do`,
    `  ${each}`,
    // Most are gone at once; one that is busy in the kernel gets five seconds.
    "  tries=$((tries + 1)); [ $tries -lt 50 ] || sleep 0.1",
    "done 2> /dev/null",
  ];
}

function usageLines(cgroup: JobCgroup | undefined): string[] {
  if (!cgroup)
    return ["times > times.tmp; { read -r own; read -r u s; } < times.tmp", ...fromTimes];
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

/** `1m2.345s` as milliseconds, in sh: a 1 before the fraction keeps 008 from being a bad octal number. */
const fromTimes = [
  "cpu_ms=0; for t in $u $s; do m=${t%%m*}; t=${t#*m}; t=${t%s}; f=${t#*.}000; " +
    'r=${f#???}; f=${f%"$r"}; cpu_ms=$((cpu_ms + m * 60000 + ${t%.*} * 1000 + 1$f - 1000)); done; rm -f times.tmp',
];

function marker(file: string, name: string): string {
  return `if [ -e ${file} ]; then ${name}=true; else ${name}=false; fi`;
}

/**
 * The record goes to `exit` in one write, which a reader sees whole or not at all. Where the disk has no room for
 * that, the file set aside has: it is filled in place and renamed.
 */
function recordLines(place: JobPlace, notice: string): string[] {
  const boot =
    place.bootTime === undefined
      ? "now=$(date +%s); read -r up rest < /proc/uptime; boot_s=$((now - ${up%.*})) boot_cs=0"
      : `boot_s=${Math.floor(place.bootTime)} boot_cs=${Math.floor((place.bootTime % 1) * 100)}`;
  return [
    boot,
    "a=$((${began%.*} * 100 + 1${began#*.} - 100 + boot_cs)) b=$((${ended%.*} * 100 + 1${ended#*.} - 100 + boot_cs))",
    marker(jobFiles.timedOut, "timed_out"),
    marker(jobFiles.cancelled, "cancelled"),
    "cpu=$cpu_ms; [ $cpu_ms = null ] || { f=$((cpu_ms % 1000 + 1000)); cpu=$((cpu_ms / 1000)).${f#1}; }",
    "record() {",
    `  printf '{"code":%d,"startedAt":%d.%02d,"endedAt":%d.%02d,"cpuSeconds":%s,"maxMemoryBytes":%s,"oomKills":%d,"timedOut":%s,"cancelled":%s,"diskFull":%s,"engineFailed":%s}\\n' \\`,
    `    "$code" $((a / 100 + boot_s)) $((a % 100)) $((b / 100 + boot_s)) $((b % 100)) "$cpu" "$memory" "$oom" \\`,
    "    $timed_out $cancelled $disk_full $engine_failed",
    "}",
    `[ "$code" = 0 ] || { printf '%${roomBytes}s' '' >> ${jobFiles.reserve}; } 2> /dev/null || disk_full=true`,
    `{ record > ${jobFiles.exit}; } 2> /dev/null && { ${notice}exit 0; }`,
    "disk_full=true",
    `record 1<> ${jobFiles.reserve} && mv ${jobFiles.reserve} ${jobFiles.exit}`,
    ...(notice === "" ? [] : [notice]),
  ];
}
