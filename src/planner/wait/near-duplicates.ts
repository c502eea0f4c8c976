import type { WaitRecord } from "./wait-record.ts";

/** A record, and how much it counts beside others. */
export interface WeightedRecord {
  readonly record: WaitRecord;
  readonly weight: number;
}

/** Of jobs that one account submits on one day with one request, how many are kept. */
const mostAlike = 20;

/**
 * Jobs of one array, or of one script that submits a thousand, tell little more than a few of them: each such group keeps
 * `mostAlike`, drawn at random, which together count as the square root of the group's size. That is between one vote for
 * each job, where one array outvotes everybody, and one for each group, where the many jobs that are predicted are
 * forgotten; on the Graham waits it did better than either.
 */
export function withoutNearDuplicates(
  records: readonly WaitRecord[],
  random: () => number,
): WeightedRecord[] {
  const groups = Map.groupBy(records, likeness);
  return [...groups.values()].flatMap((group) => {
    const kept = drawn(group, mostAlike, random);
    return kept.map((record) => ({ record, weight: Math.sqrt(group.length) / kept.length }));
  });
}

function likeness({ request, observedAt }: WaitRecord): string {
  const { cpus, memoryBytes, nodes, gpus, timeLimitSeconds, partition, account } = request;
  return JSON.stringify([
    ...[dayOf(observedAt), account, partition],
    ...[cpus, memoryBytes, nodes, gpus, timeLimitSeconds],
  ]);
}

export function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** `count` of them, or all where there are fewer (Fisher and Yates' shuffle, stopped early). */
function drawn<T>(from: readonly T[], count: number, random: () => number): T[] {
  const left = [...from];
  const kept: T[] = [];
  while (kept.length < count && left.length > 0) {
    const at = Math.floor(random() * left.length);
    const last = left.pop();
    const chosen = at < left.length ? left[at] : last;
    if (at < left.length && last !== undefined) left[at] = last;
    if (chosen !== undefined) kept.push(chosen);
  }
  return kept;
}
