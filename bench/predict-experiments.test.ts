import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ernest, perCpuGuess } from "./predict-baselines.ts";
import { predictC3o } from "./predict-c3o.ts";
import { readC3o } from "./predict-c3o-data.ts";
import { predictCoremark } from "./predict-coremark.ts";

/** Small data in the reference data's columns, whose laws are known. */
let data = "";
const coremark: Record<string, number> = {
  "c4.2xlarge": 130_000,
  "m4.2xlarge": 100_000,
  "r4.2xlarge": 105_000,
  "r4.xlarge": 52_000,
};

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), "aloft-predict-"));
  mkdirSync(join(data, "c3o"));
  mkdirSync(join(data, "offers"));
  const columns = {
    sort: "data_size_MB\tline_length",
    grep: "data_size_MB\tp_occurrence",
    pagerank: "links\tconvergence_criterion\tpages",
  };
  for (const [job, names] of Object.entries(columns)) {
    const rows = [2, 4, 6, 8].flatMap((n) =>
      Object.keys(coremark)
        .slice(0, 2)
        .flatMap((machine) =>
          [100, 200].flatMap((size) =>
            [1, 1.02, 0.98].map((noise) => {
              const seconds = noise * (20 + (5e5 * size) / n / (coremark[machine] ?? 1));
              return [n, machine, size, "0.5", ...(job === "pagerank" ? [7] : []), seconds].join(
                "\t",
              );
            }),
          ),
        ),
    );
    const head = `instance_count\tmachine_type\t${names}\tgross_runtime`;
    writeFileSync(join(data, `c3o/${job}.tsv`), `${[head, ...rows].join("\n")}\n`);
  }
  const named = Object.entries(coremark).map(([name, rate]) => offer(name, 8, rate));
  const families = ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "y1", "y2", "y3"];
  const others = families.flatMap((family, i) =>
    [2, 4, 8, 16].map((cpus) => offer(`${family}.${cpus}`, cpus, cpus * (20_000 + 1000 * i))),
  );
  const head = "provider,instance_type,arch,vcpus,coremark_per_s,ffmpeg_s";
  writeFileSync(join(data, "offers/offers.csv"), `${[head, ...named, ...others].join("\n")}\n`);
});

afterAll(() => rmSync(data, { recursive: true }));

function offer(name: string, cpus: number, rate: number): string {
  const seconds = ((2 + 100 / cpus) * 25_000 * cpus) / rate;
  return ["aws", name, "amd64", cpus, rate, seconds].join(",");
}

test("repetitions are one run, their median", () => {
  const runs = readC3o(data, "sort");
  expect(runs).toHaveLength(16);
  expect(runs.every(({ user }) => user === "0.5")).toBe(true);
});

test("on laws that its curves have, the errors are small, and smaller than the guess's", () => {
  const rows = predictC3o(data, () => undefined);
  const mean = (what: string, method: string): number =>
    rows.find((row) => row.what === what && row.method === method)?.score.mean ?? Number.NaN;
  expect(mean("scale held out, own data", "Aloft")).toBeLessThan(0.15);
  expect(mean("scale held out, own data", "Aloft")).toBeLessThan(
    mean("scale held out, own data", "1/cpus guess"),
  );
  expect(rows.flatMap(({ targets = [] }) => targets)).not.toHaveLength(0);
});

test("ffmpeg's times come from CoreMark and the curve of other families", () => {
  const [row] = predictCoremark(data, { seed: 1, progress: () => undefined });
  expect(row?.score.median).toBeLessThan(0.05);
});

test("without the data, or with a strange cell, the place and the remedy are told", () => {
  expect(() => predictC3o("/nowhere", () => undefined)).toThrow("there is no folder /nowhere");
  expect(() => readC3o(join(data, "c3o"), "sort")).toThrow("there is no file");
});

test("the baselines are what they say", () => {
  const run = (scale: number, seconds: number) => ({
    ...{ scale, seconds, size: 1, parameters: [], machine: "a", group: null },
  });
  expect(perCpuGuess([run(2, 100)], () => 8)(run(4, 0))).toBeCloseTo(50);
  const law = (n: number): number => 10 + 80 / n + 0.5 * n;
  const predict = ernest([2, 4, 6, 8, 12].map((n) => run(n, law(n))));
  expect(predict(run(10, 0))).toBeCloseTo(law(10), 1);
});
