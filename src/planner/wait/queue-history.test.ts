import fc from "fast-check";
import { expect, test } from "vitest";
import { type QueuedJob, queueStates } from "./queue-history.ts";

const jobs = fc.array(
  fc
    .record({
      tasks: fc.integer({ min: 1, max: 3 }),
      partition: fc.constantFrom("a", "b", null),
      cpus: fc.integer({ min: 1, max: 8 }),
      gpus: fc.integer({ min: 0, max: 2 }),
      timeLimitSeconds: fc.option(fc.integer({ min: 1, max: 50 })),
      eligible: fc.integer({ min: 0, max: 20 }),
      wait: fc.option(fc.integer({ min: 0, max: 10 })),
      run: fc.option(fc.integer({ min: 0, max: 10 })),
    })
    .map(({ wait, run, ...job }): QueuedJob => {
      const start = wait === null ? null : job.eligible + wait;
      return { ...job, start, end: run === null ? null : (start ?? job.eligible) + run };
    }),
  { maxLength: 30 },
);

/** The same by looking at every other job. */
function met(all: readonly QueuedJob[], index: number) {
  const job = all[index];
  if (job === undefined) throw new RangeError(`no job ${index}`);
  const now = job.eligible;
  const came = (other: QueuedJob, at: number): boolean =>
    other.eligible < now || (other.eligible === now && at < index);
  const waits = ({ start, end }: QueuedJob): boolean =>
    start === null ? end === null || end > now : start > now;
  const gone = ({ start, end, eligible }: QueuedJob): boolean =>
    start === null && end !== null && end <= now && eligible <= now;
  const before = all.filter((other, at) => came(other, at) && !gone(other));
  const running = all.filter(
    (other, at) =>
      other.start !== null &&
      other.start <= now &&
      came(other, at) &&
      (other.end === null || other.end > now),
  );
  const sum = (some: readonly QueuedJob[], of: (job: QueuedJob) => number): number =>
    some.reduce((total, one) => total + one.tasks * of(one), 0);
  const ahead = before.filter(waits);
  return {
    ahead: {
      jobs: sum(ahead, () => 1),
      cpus: sum(ahead, ({ cpus }) => cpus),
      cpuSeconds: sum(ahead, ({ cpus, timeLimitSeconds }) => cpus * (timeLimitSeconds ?? 0)),
      gpus: sum(ahead, ({ gpus }) => gpus ?? 0),
    },
    running: {
      jobs: sum(running, () => 1),
      cpus: sum(running, ({ cpus }) => cpus),
      cpuSeconds: sum(running, ({ cpus, timeLimitSeconds, start }) =>
        timeLimitSeconds === null ? 0 : cpus * ((start ?? 0) + timeLimitSeconds - now),
      ),
      gpus: sum(running, ({ gpus }) => gpus ?? 0),
    },
  };
}

test("sweeping through all jobs tells the same as looking at each", () => {
  fc.assert(
    fc.property(jobs, (all) => {
      const states = queueStates(all);
      expect(states).toHaveLength(all.length);
      for (const [index, { ahead, running }] of states.entries())
        expect({ ahead, running }).toEqual(met(all, index));
    }),
  );
});

test("a partition's load is the load of its jobs alone", () => {
  fc.assert(
    fc.property(jobs, (all) => {
      const own = all.filter(({ partition }) => partition === "a");
      const states = queueStates(all).filter((_, index) => all[index]?.partition === "a");
      const alone = queueStates(own);
      for (const [index, state] of states.entries()) {
        expect(state.aheadInPartition).toEqual(alone[index]?.ahead);
        expect(state.runningInPartition).toEqual(alone[index]?.running);
      }
    }),
  );
});
