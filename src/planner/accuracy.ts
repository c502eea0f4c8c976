import type { Accuracy, Score } from "../model/accuracy.ts";
import { type Forecast, forecastTerms } from "../model/forecast.ts";
import type { Run } from "../model/run.ts";

/** Seconds: what is shorter than the clock of exit records can tell is no number to divide by. */
const resolution = 0.01;

type Term = (typeof forecastTerms)[number];

/**
 * Scores the predictor by runs that have succeeded: what was said before each began, and what came. Tasks of an array count each. A time and a prediction that are both
 * below the resolution of the clock are right, and have no error in per cent.
 */
export function accuracyOf(runs: readonly Run[], platform: string): Accuracy {
  const told = runs.filter(({ forecast, tasks }) => forecast !== null && tasks === null);
  const groups = Map.groupBy(told, ({ engine }) => engine);
  return {
    runs: told.length,
    since: told.reduce<number | null>(
      (least, { createdAt }) => Math.min(least ?? createdAt, createdAt),
      null,
    ),
    scores: [...groups.values()].flatMap((group) =>
      forecastTerms.flatMap((term) => scoreOf(group, term, platform) ?? []),
    ),
  };
}

interface Pair {
  readonly predicted: NonNullable<Forecast[Term]>;
  readonly actual: number;
}

function scoreOf(group: readonly Run[], term: Term, platform: string): Score | undefined {
  const [first] = group;
  if (!first) return undefined;
  const pairs = group.flatMap((run): Pair[] => {
    const [predicted, actual] = [run.forecast?.[term], run.timings[term]];
    return predicted && actual !== null ? [{ predicted, actual }] : [];
  });
  const unknown = group.filter(({ forecast }) => forecast?.[term] === null).length;
  const sized = pairs.filter(
    ({ predicted, actual }) => Math.min(predicted.median, actual) >= resolution,
  );
  return {
    platform,
    level: first.level,
    engine: first.engine,
    term,
    runs: pairs.length,
    unknown,
    medianError: median(
      sized.map(({ predicted, actual }) => Math.abs(actual / predicted.median - 1)),
    ),
    bias: median(sized.map(({ predicted, actual }) => actual / predicted.median)),
    coverage: pairs.length === 0 ? null : pairs.filter(isCovered).length / pairs.length,
  };
}

function isCovered({ predicted, actual }: Pair): boolean {
  return actual >= predicted.low - resolution && actual <= predicted.high + resolution;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return below === undefined || above === undefined ? null : (below + above) / 2;
}
