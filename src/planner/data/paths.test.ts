import { expect, test } from "vitest";
import type { NetworkPath } from "../../model/network-path.ts";
import { assumedPath, pathFinder } from "./paths.ts";

type Kind = NetworkPath["evidence"]["kind"];
function path(from: string, to: string, megabits: number, kind: Kind = "measured"): NetworkPath {
  const bits = megabits * 1e6;
  return {
    from,
    to,
    bitsPerSecond: { low: bits, median: bits, high: bits },
    latencySeconds: 0,
    evidence: { kind, text: "iperf3" },
  };
}

const find = pathFinder([
  assumedPath,
  path("here", "*", 50),
  path("here", "aws", 200),
  path("here", "aws/us-east-1", 300),
  path("aws", "here", 400),
  path("aws", "aws", 5000),
]);

function megabits(from: string, to: string): number | undefined {
  const found = find(from, to);
  return found === null ? undefined : found.bitsPerSecond.median / 1e6;
}

test.each([
  ["here", "aws/us-east-1", 300],
  ["here", "aws/eu-west-1", 200],
  ["here", "gcp/europe-west4", 50],
  ["aws/us-east-1", "here", 400],
  ["aws/us-east-1", "aws/eu-west-1", 5000],
  ["gcp/europe-west4", "here", 100],
  ["internet", "slurm/mahti", 100],
])("from %s to %s the longest prefix has %d Mbit/s", (from, to, expected) => {
  expect(megabits(from, to)).toBe(expected);
});

test("a platform's name is no prefix of another's", () => {
  expect(megabits("here", "aws2/us-east-1")).toBe(50);
});

test("without a path there is none", () => {
  expect(pathFinder([path("here", "aws", 1)])("aws/us-east-1", "here")).toBeNull();
});

test("measured wins over assumed, whichever comes first, and the newer over the older", () => {
  const both = [path("here", "aws", 10, "assumed"), path("here", "aws", 20)];
  expect(pathFinder(both)("here", "aws/x")?.bitsPerSecond.median).toBe(20e6);
  expect(pathFinder(both.toReversed())("here", "aws/x")?.bitsPerSecond.median).toBe(20e6);
  const dated = ["2026-01-01", "2026-07-01"].map((date, i) => {
    const one = path("here", "aws", i + 1);
    return { ...one, evidence: { ...one.evidence, date } };
  });
  expect(pathFinder(dated)("here", "aws/x")?.bitsPerSecond.median).toBe(2e6);
});

test("the assumption says that it is one", () => {
  expect(assumedPath.evidence.kind).toBe("assumed");
});
