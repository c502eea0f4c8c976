import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { NetworkPath } from "../../model/network-path.ts";
import { certain } from "../estimate-arithmetic.ts";
import { formatBits } from "./bits.ts";
import type { DataSet } from "./data-set.ts";
import { explainImage, type ImageNeed, imageSeconds, noConversion } from "./image-term.ts";
import { assumedPath, pathFinder } from "./paths.ts";
import { explainStage, type Site, stageSeconds } from "./stage-terms.ts";

const line: NetworkPath = {
  from: "here",
  to: "aws",
  bitsPerSecond: certain(80e6),
  latencySeconds: 0.5,
  evidence: { kind: "measured", text: "iperf3, 10 s", date: "2026-08-01" },
};
const site: Site = { place: "aws/us-east-1", findPath: pathFinder([line]), bitsPerSecond: null };
const input: DataSet = {
  name: "profile.input",
  bytes: certain(1e9),
  evidence: [{ kind: "declared", text: "the workload file" }],
  place: "here",
  learn: "`profile.input.bytes`",
};

test("bytes by bandwidth, by hand", () => {
  // 8 × 10⁹ bits at 80 Mbit/s, and half a second until the first
  expect(stageSeconds([input], site, "in")?.median).toBeCloseTo(100.5, 9);
});

test("data that is there already takes nothing, whatever its size", () => {
  const there = { ...input, place: "aws/us-east-1" };
  expect(stageSeconds([there], site, "in")).toEqual(certain(0));
  expect(stageSeconds([{ ...there, bytes: null }], site, "in")).toEqual(certain(0));
  expect(explainStage([there], site, "in").formula).toBe(
    "profile.input: 954 MiB, already at aws/us-east-1",
  );
  expect(stageSeconds([{ ...input, place: "here" }], { ...site, place: "here" }, "in")).toEqual(
    certain(0),
  );
  expect(stageSeconds([], site, "in")).toEqual(certain(0));
});

test("a machine's own network bounds its path", () => {
  const small = { ...site, bitsPerSecond: 8e6 };
  expect(stageSeconds([input], small, "in")?.median).toBeCloseTo(1000.5, 9);
  expect(explainStage([input], small, "in").formula).toContain("the machine's own network");
});

test("the way out is another path than the way in", () => {
  expect(stageSeconds([input], site, "out")).toBeNull();
  const back = { ...line, from: "aws", to: "here", bitsPerSecond: certain(800e6) };
  const both = { ...site, findPath: pathFinder([line, back]) };
  expect(stageSeconds([input], both, "out")?.median).toBeCloseTo(10.5, 9);
});

test("what is unknown is null, with the way to learn it", () => {
  const noSize = explainStage([{ ...input, bytes: null }], site, "in");
  expect(noSize).toMatchObject({ estimate: null, learn: "`profile.input.bytes`" });
  const noPlace = explainStage(
    [{ ...input, place: null, learn: "`profile.input.at`" }],
    site,
    "in",
  );
  expect(noPlace).toMatchObject({ estimate: null, learn: "`profile.input.at`" });
  const noPath = explainStage([{ ...input, place: "gcp/europe-west4" }], site, "in");
  expect(noPath.estimate).toBeNull();
  expect(noPath.learn).toContain("from gcp/europe-west4 to aws/us-east-1");
});

test("one unknown set makes the whole unknown", () => {
  expect(stageSeconds([input, { ...input, bytes: null }], site, "in")).toBeNull();
});

test("the explanation has the numbers, and the evidence of size and path", () => {
  const term = explainStage([input], site, "in");
  expect(term.formula).toBe(
    "profile.input: 954 MiB from here to aws/us-east-1 at 80 Mbit/s = 1m 41s",
  );
  expect(term.evidence).toEqual([...input.evidence, line.evidence]);
  expect(term.estimate).toEqual(stageSeconds([input], site, "in"));
});

test("an assumed path is told as one", () => {
  const guess = { ...site, findPath: pathFinder([assumedPath]) };
  const term = explainStage([input], guess, "in");
  expect(term.evidence.map(({ kind }) => kind)).toEqual(["declared", "assumed"]);
  // 8 s to 800 s around 80 s
  expect(term.estimate?.median).toBeCloseTo(80, 9);
  expect(term.estimate?.high).toBeCloseTo(800, 6);
});

test("more bytes never arrive sooner", () => {
  const bytes = fc.integer({ min: 0, max: 1e15 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const less = stageSeconds([{ ...input, bytes: certain(a) }], site, "in");
      const more = stageSeconds([{ ...input, bytes: certain(a + b) }], site, "in");
      expect(more?.median ?? -1).toBeGreaterThanOrEqual(less?.median ?? 0);
    }),
  );
});

const image: ImageNeed = {
  bytes: certain(100e6),
  evidence: [{ kind: "measured", text: "its squashfs file" }],
  from: "here",
  cached: false,
  ...noConversion,
};

test("an image that is cached takes nothing; else its transfer, and its conversion at a measured rate", () => {
  expect(imageSeconds({ ...image, cached: true, bytes: null }, site)).toEqual(certain(0));
  expect(imageSeconds(image, site)?.median).toBeCloseTo(10.5, 9);
  const raw: ImageNeed = {
    ...image,
    convertBytesPerSecond: certain(20e6),
    convertEvidence: [{ kind: "measured", text: "mksquashfs" }],
  };
  expect(imageSeconds(raw, site)?.median).toBeCloseTo(15.5, 9);
  expect(explainImage(raw, site).formula).toContain("converted at 19.1 MiB a second = 5.00 s");
  expect(explainImage(raw, site).evidence).toHaveLength(3);
  expect(explainImage({ ...image, cached: true }, site).formula).toContain("already at");
  expect(explainImage(image, site).estimate).toEqual(imageSeconds(image, site));
});

test("an image of unknown size, or without a known rate of conversion, is unknown", () => {
  expect(explainImage({ ...image, bytes: null }, site)).toMatchObject({
    estimate: null,
    learn: "`aloft image build`",
  });
  const raw = { ...image, convertBytesPerSecond: null };
  expect(imageSeconds(raw, site)).toBeNull();
  expect(explainImage(raw, site).learn).toContain("build an image once");
});

test.each([
  [80e6, "80 Mbit/s"],
  [12.5e9, "12.5 Gbit/s"],
  [0.5, "0.5 bit/s"],
  [1e15, "1000 Tbit/s"],
])("%d bits are written %s", (bits, text) => {
  expect(formatBits(bits)).toBe(text);
});
