import { quote } from "../base/shell.ts";
import type { JobCgroup, JobPlace } from "./job-place.ts";
import { type Job, jobFiles } from "./job.ts";

/** Tenths of a second that a request to end waits for a command which is about to begin. */
const startPatience = 20;
/** Tenths of a second that killing goes on for: a process may hang in the kernel for a while. */
const killPatience = 600;

/**
 * `stop.sh MARKER [SECONDS [now]]`: after SECONDS where given, leaves the marker file, asks the program to end, and kills
 * the whole tree when it has not ended within the grace time; `now` kills at once. Signal USR1 calls it off: the command has ended.
 */
export function stopScript(job: Job, place: JobPlace): string {
  const { terminate } = job.sandbox;
  return [
    "#!/bin/sh",
    `# Ends Aloft run ${job.id}. Generated.`,
    `cd ${quote(job.folder)} || exit 1`,
    "off= sleeping=",
    "trap '' TERM HUP INT",
    // A sleep inherits that TERM is ignored, so it is killed.
    "trap 'off=1; [ -z \"$sleeping\" ] || kill -KILL $sleeping' USR1",
    'if [ -n "$2" ]; then',
    '  sleep "$2" & sleeping=$!',
    '  [ -n "$off" ] || wait $sleeping',
    '  [ -z "$off" ] || { kill -KILL $sleeping; exit 0; }',
    "  sleeping=",
    "fi 2> /dev/null",
    `[ ! -s ${jobFiles.exit} ] || exit 0`,
    '{ true > "$1"; } 2> /dev/null',
    // No job yet: it will find the marker when it begins.
    `{ read -r job start boot < ${jobFiles.pid}; } 2> /dev/null || exit 0`,
    ...membersLines(place.cgroup),
    ...sendLines,
    'if [ "$3" != now ]; then',
    ...waitForStart(job.sandbox.started),
    ...(typeof terminate === "string" ? [`  send TERM ${terminate}`] : terminate),
    `  left=${Math.ceil(job.limits.graceSeconds * 10)}`,
    `  while [ ! -s ${jobFiles.exit} ] && [ -z "$off" ] && [ $left -gt 0 ]; do sleep 0.1; left=$((left - 1)); done`,
    "fi",
    // Until job.sh has told how it ended; and where job.sh itself is gone, until the tree is. Not for ever: its number may be another's by then.
    `left=${killPatience}`,
    `while [ ! -s ${jobFiles.exit} ] && [ -z "$off" ] && [ $left -gt 0 ] && { [ -e /proc/$job ] || [ -n "$(members)" ]; }; do send KILL tree; sleep 0.1; left=$((left - 1)); done`,
    "",
  ].join("\n");
}

function waitForStart(started: string | undefined): string[] {
  if (started === undefined) return [];
  return [
    `  left=${startPatience}`,
    `  while [ ! -s ${quote(started)} ] && [ ! -s ${jobFiles.exit} ] && [ $left -gt 0 ]; do sleep 0.1; left=$((left - 1)); done`,
  ];
}

/** Defines `members`: the process ids of the run, but for `$job` and the asking shell. */
export function membersLines(cgroup: JobCgroup | undefined): string[] {
  if (cgroup)
    return [
      `members() { while read -r p; do [ "$p" = 0 ] || echo "$p"; done < ${quote(cgroup.procs)}; } 2> /dev/null`,
    ];
  // Without a control group a run is the session that job.sh leads: a process that starts its own session escapes.
  return [
    "members() {",
    "  for f in /proc/[0-9]*/stat; do",
    "    { read -r stat < $f; } 2> /dev/null || continue",
    "    p=${f#/proc/} p=${p%/stat}; set -- ${stat##*) }",
    "    case $1 in Z|X) continue;; esac",
    '    [ "$4" != "$job" ] || [ "$p" = "$job" ] || [ "$p" = "$$" ] || [ "$2" = "$$" ] || echo "$p"',
    "  done",
    "}",
  ];
}

const sendLines = [
  "send() {",
  "  signal=$1 scope=$2",
  "  for p in $(members); do",
  "    { read -r stat < /proc/$p/stat; } 2> /dev/null || continue",
  "    set -- ${stat##*) }",
  '    case $scope in engine) [ "$2" = "$job" ] || continue;; inside) [ "$2" != "$job" ] || continue;; esac',
  '    kill -"$signal" "$p" 2> /dev/null',
  "  done",
  "}",
];
