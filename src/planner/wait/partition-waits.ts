/** A wait on the scale of the model, of a job in a partition, seen on a day. */
export interface PartitionWait {
  readonly partition: string | null;
  readonly day: string;
  readonly value: number;
  readonly weight: number;
}

/** How long jobs of a partition usually wait; `without` leaves a day out. */
export type PartitionMean = (partition: string | null, without?: string) => number;

/** A partition with this much weight is believed as much as all of them together. */
const priorWeight = 20;

/**
 * Partitions as numbers that a tree can split: the mean wait in each, shrunk to the mean of all where there is little of it
 * (Micci-Barreca, SIGKDD Explorations 3, 2001). Learn from a record with its own day left out, or its own wait gives
 * itself away.
 */
export function partitionMeans(waits: readonly PartitionWait[]): PartitionMean {
  const sums = new Map<string | null, Map<string, Sum>>();
  const all: Sum = { value: 0, weight: 0 };
  for (const { partition, day, value, weight } of waits) {
    const days = sums.get(partition) ?? new Map<string, Sum>();
    sums.set(partition, days);
    const sum = days.get(day) ?? { value: 0, weight: 0 };
    days.set(day, sum);
    add(sum, { value: weight * value, weight });
    add(all, { value: weight * value, weight });
  }
  const mean = all.value / all.weight;
  return (partition, without) => {
    const sum: Sum = { value: priorWeight * mean, weight: priorWeight };
    for (const [day, its] of sums.get(partition) ?? []) if (day !== without) add(sum, its);
    return sum.value / sum.weight;
  };
}

interface Sum {
  value: number;
  weight: number;
}

function add(to: Sum, { value, weight }: Sum): void {
  to.value += value;
  to.weight += weight;
}
