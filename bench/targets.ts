import { type Estimate, medianInterval, ratioOfMedians } from "../src/bench/statistics.ts";
import { firstOutput, names } from "./contender.ts";

/** A series of times, or what is left of it when another of the same round is taken away. */
export interface Term {
  readonly name: string;
  readonly less?: string;
}

export interface Target {
  readonly text: string;
  /** `ratio`: median of `of` by median of `to`. `difference`: median of `of` less `to`, in milliseconds. */
  readonly kind: "ratio" | "difference";
  readonly of: Term;
  readonly to: Term;
  /** What docs/benchmarks.md promises; absent where a figure is for information only. */
  readonly limit?: { readonly want: "at most" | "at least"; readonly value: number };
}

export type Verdict = "met" | "not met" | "not decided" | "no target";

export interface Comparison extends Target {
  readonly estimate: Estimate;
  readonly verdict: Verdict;
}

const { bare } = names;
const atMost = (value: number) => ({ want: "at most", value }) as const;
const atLeast = (value: number) => ({ want: "at least", value }) as const;

export const targets: readonly Target[] = [
  {
    text: "container start through the server, less the bare child / crun run by hand",
    kind: "ratio",
    of: { name: names.crun, less: bare },
    to: { name: names.crunByHand },
    limit: atMost(1.5),
  },
  {
    text: "podman run / container start through the server",
    kind: "ratio",
    of: { name: names.podman },
    to: { name: names.crun },
    limit: atLeast(8),
  },
  {
    text: "docker run / container start through the server",
    kind: "ratio",
    of: { name: names.docker },
    to: { name: names.crun },
    limit: atLeast(8),
  },
  {
    text: "process in an image, less the bare child, both through the server / bwrap by hand",
    kind: "ratio",
    of: { name: names.bubblewrap, less: names.host },
    to: { name: names.bwrap },
    limit: atMost(1.3),
  },
  {
    text: "virtual machine to first output / qemu by hand to first output",
    kind: "ratio",
    of: { name: firstOutput(names.qemu) },
    to: { name: firstOutput(names.qemuByHand) },
    limit: atMost(1.1),
  },
  ...[names.cliVersion, names.cliStatus, names.cliPs].map(
    (name): Target => ({
      text: `${name}, over node -e 0`,
      kind: "difference",
      of: { name },
      to: { name: names.node },
      limit: atMost(15),
    }),
  ),
  {
    text: "virtual machine to its end / qemu by hand to its end",
    kind: "ratio",
    of: { name: names.qemu },
    to: { name: names.qemuByHand },
  },
  {
    text: "user-mode Linux to first output / by hand to first output",
    kind: "ratio",
    of: { name: firstOutput(names.uml) },
    to: { name: firstOutput(names.umlByHand) },
  },
  {
    text: "user-mode Linux to its end / by hand to its end",
    kind: "ratio",
    of: { name: names.uml },
    to: { name: names.umlByHand },
  },
  {
    text: "container start with runc, less the bare child / runc run by hand",
    kind: "ratio",
    of: { name: names.runc, less: bare },
    to: { name: names.runcByHand },
  },
  {
    text: "container start through the server, less the bare child / crun run without cgroups",
    kind: "ratio",
    of: { name: names.crun, less: bare },
    to: { name: names.crunNoCgroups },
  },
  {
    text: "the same, bwrap by hand less the bare child too",
    kind: "ratio",
    of: { name: names.bubblewrap, less: names.host },
    to: { name: names.bwrap, less: bare },
  },
  {
    text: "process in an image: the level's job.sh by hand / bwrap by hand",
    kind: "ratio",
    of: { name: names.processLevel },
    to: { name: names.bwrap },
  },
  {
    text: "process in an image through the server / bwrap by hand",
    kind: "ratio",
    of: { name: names.bubblewrap },
    to: { name: names.bwrap },
  },
  {
    text: "bare process through the server, over the bare child",
    kind: "difference",
    of: { name: names.host },
    to: { name: bare },
  },
  {
    text: "noise: the bare child / the same again",
    kind: "ratio",
    of: { name: names.bareAgain },
    to: { name: bare },
  },
];

/** Every target of which both sides were measured, in the order of `targets`. */
export function compare(
  series: ReadonlyMap<string, readonly number[]>,
  random: () => number,
): Comparison[] {
  return targets.flatMap((target) => {
    const [of, to] = [values(series, target.of), values(series, target.to)];
    if (of === undefined || to === undefined) return [];
    const estimate =
      target.kind === "ratio"
        ? ratioOfMedians(of, to, random)
        : medianInterval(of.map((value, round) => value - (to[round] ?? Number.NaN)));
    return [{ ...target, estimate, verdict: verdict(estimate, target.limit) }];
  });
}

/** The interval of fewer covers less than 95 %. */
const fewest = 6;

/** Decided only where the whole interval is on one side of the limit. */
export function verdict({ low, high, samples }: Estimate, limit: Target["limit"]): Verdict {
  if (!limit) return "no target";
  if (samples < fewest) return "not decided";
  const [best, worst] = limit.want === "at most" ? [low, high] : [-high, -low];
  const value = limit.want === "at most" ? limit.value : -limit.value;
  if (worst <= value) return "met";
  return best > value ? "not met" : "not decided";
}

function values(
  series: ReadonlyMap<string, readonly number[]>,
  term: Term,
): readonly number[] | undefined {
  const all = series.get(term.name);
  if (term.less === undefined) return all;
  const less = series.get(term.less);
  return less && all?.map((value, round) => value - (less[round] ?? Number.NaN));
}
