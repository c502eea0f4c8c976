import { formatDuration } from "../../base/durations.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import { dayOf } from "./near-duplicates.ts";
import { fewestWaits, pastWaits } from "./past-waits.ts";
import { fitWaitModel } from "./wait-model.ts";
import type { QueueState, WaitRecord, WaitRequest } from "./wait-record.ts";

/** Answers in well under a millisecond; preparing it takes up to a few seconds. */
export type WaitPrediction = (request: WaitRequest, state: QueueState) => Term;

const learn =
  "the accounting of past jobs there: docs/planning-wait.md has the `sacct` command that exports it";

/**
 * What past jobs at one place tell about the wait of a new one. With some hundred of them on several days the wait hangs on the
 * request and on the queue; with fewer it is that of the partition, or of them all; with fewer than nine it is unknown.
 */
export function prepareWaitPrediction(records: readonly WaitRecord[], seed = 1): WaitPrediction {
  const model = fitWaitModel(records, seed);
  if (model !== undefined) {
    const evidence = [evidenceOf(records)];
    return (request, state) =>
      known(model(request, state), {
        formula:
          "quantile regression forest over request and queue, its 10 % and 90 % as they held on days left out",
        evidence,
      });
  }
  const all = pastWaits(records);
  const byPartition = Map.groupBy(records, ({ request }) => request.partition);
  return ({ partition }) => {
    const same = partition === null ? [] : (byPartition.get(partition) ?? []);
    const own = pastWaits(same);
    const estimate = own ?? all;
    if (estimate === undefined) return unknown(records);
    const where = own ? `the partition ${partition}` : "all partitions";
    return known(estimate, {
      formula: `order statistics of past waits in ${where}, whatever was asked for`,
      evidence: [evidenceOf(own ? same : records)],
    });
  };
}

function known(estimate: Estimate, how: Pick<Term, "formula" | "evidence">): Term {
  const { low, median, high } = estimate;
  const figures = `${formatDuration(median)} (${formatDuration(low)} to ${formatDuration(high)})`;
  return { estimate, formula: `${how.formula}: ${figures}`, evidence: how.evidence };
}

function unknown(records: readonly WaitRecord[]): Term {
  return {
    estimate: null,
    formula: `at least ${fewestWaits} past waits with an end are needed`,
    evidence: records.length === 0 ? [] : [evidenceOf(records)],
    learn,
  };
}

function evidenceOf(records: readonly WaitRecord[]): Evidence {
  let [from, to] = ["9999", ""];
  let waiting = 0;
  for (const { observedAt, started } of records) {
    const day = dayOf(observedAt);
    if (day < from) from = day;
    if (day > to) to = day;
    if (!started) waiting += 1;
  }
  const span = from === to ? `of ${to}` : `from ${from} to ${to}`;
  const without = waiting === 0 ? "" : `, ${waiting} of them never seen to start`;
  const jobs = records.length === 1 ? "1 past job" : `${records.length} past jobs`;
  return { kind: "history", text: `waits of ${jobs} ${span}${without}`, date: to };
}
