const minutes = /^(\d+)(?::(\d+))?$/;
const hours = /^(\d+):(\d+):(\d+)$/;
const days = /^(\d+)-(\d+)(?::(\d+))?(?::(\d+))?$/;
const unlimited = /^(?:-1|0+|infinite|unlimited)$/i;

/**
 * Seconds from Slurm's time formats: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes and
 * days-hours:minutes:seconds (sbatch(1), --time). They are not the formats of a workload file, where a bare number is
 * seconds. `null` is no limit, `undefined` no time.
 */
export function parseSlurmTime(text: string): number | null | undefined {
  if (unlimited.test(text)) return null;
  const seconds =
    sum(minutes.exec(text), [60, 1]) ??
    sum(hours.exec(text), [3600, 60, 1]) ??
    sum(days.exec(text), [86_400, 3600, 60, 1]);
  if (seconds === 0) return null;
  return seconds !== undefined && seconds <= Number.MAX_SAFE_INTEGER ? seconds : undefined;
}

function sum(match: RegExpExecArray | null, units: readonly number[]): number | undefined {
  return match
    ? units.reduce((total, unit, index) => total + unit * Number(match[index + 1] ?? 0), 0)
    : undefined;
}
