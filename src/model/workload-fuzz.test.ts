import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { AloftError } from "../base/errors.ts";
import { parseSlurmArray } from "./sbatch-array.ts";
import { parseSlurmTime } from "./sbatch-time.ts";
import type { PlacedProblem } from "./workload-problem.ts";
import { readWorkload } from "./workload-source.ts";
import { Workload } from "./workload.ts";

/** Generous: the point is that no input takes minutes. In milliseconds. */
const longest = 20_000;

/** A workload, or bad input that names places in the text: `undefined`. Whatever else comes out is told. */
function fault(text: string, file: string): string | undefined {
  const began = performance.now();
  const result = outcome(text, file);
  if (performance.now() - began > longest) return "it took too long";
  if (result instanceof AloftError) return faultOfError(result, text);
  const again = Workload.parse(JSON.parse(JSON.stringify(result)));
  return isDeepStrictEqual(again, result) ? undefined : "read again it is another workload";
}

function outcome(text: string, file: string): Workload | AloftError {
  try {
    return readWorkload(text, file).workload;
  } catch (error) {
    if (error instanceof AloftError) return error;
    throw error;
  }
}

function faultOfError({ code, message, details }: AloftError, text: string): string | undefined {
  if (code !== "bad-input") return `the code ${code}`;
  if (/\n\s+at .*\.ts:|\[object |undefined/.test(message)) return message;
  const problems = details as PlacedProblem[];
  const misplaced = problems.find((problem) => !isInside(problem, text));
  return problems.length > 0 && !misplaced ? undefined : `no place: ${JSON.stringify(misplaced)}`;
}

function isInside({ line, column, message }: PlacedProblem, text: string): boolean {
  const length = text.replace(/^\u{feff}/u, "").split("\n")[line - 1]?.length;
  return message !== "" && length !== undefined && column >= 1 && column <= length + 1;
}

const valid = {
  name: "beam",
  image: { from: "debian:bookworm", packages: ["hpcc"], run: ["true"] },
  command: ["./solve", "beam.inp"],
  env: { A: "1", B: "2" },
  workdir: "/work",
  resources: { cpus: 2, memory: "16 GiB", disk: "1 TB", time: "1h30m", gpus: 1 },
  parallel: { kind: "array", values: ["a", "b"] },
  inputs: ["a", "b*"],
  outputs: ["c"],
  network: "nat",
  level: "container",
  engine: "crun",
  metrics: { t: { from: "stdout", regex: "t = (.*)", unit: "s", better: "lower" } },
  interact: "batch",
  licenses: { fluent: 4 },
  profile: {
    limit: "memory",
    machines: 2,
    size: { value: 100, variable: "A" },
    measured: [{ on: "here", time: "42m", cpus: 2, size: 10 }],
    input: { bytes: "200 GiB", at: "aws/us-east-1" },
    architectures: ["x64"],
    needs: ["internet"],
  },
  objective: { minimise: "cost", deadline: "8h", budget: 25, currency: "EUR" },
};

const script = `#!/bin/bash -l
#SBATCH --job-name="my beam"   # name
#SBATCH -N 1 -n4 --cpus-per-task=2
#SBATCH --mem-per-cpu=2G --time=1-12:00
#SBATCH --array=0-15:4%2 -p batch --mail-type END
#SBATCH --gres=gpu:a100:2 --export=ALL,FOO=bar
#ALOFT image: debian:bookworm
#ALOFT inputs: ["*.inp"]

./solve
`;

const task = {
  name: "my task",
  workdir: "../code",
  num_nodes: 2,
  resources: {
    infra: "aws",
    accelerators: { A100: 8 },
    cpus: "4+",
    memory: "2x",
    disk_size: "256GB",
    image_id: "docker:ubuntu:22.04",
    ports: [8080],
    any_of: [{ cpus: 2 }, { use_spot: true }],
  },
  envs: { A: "b", C: "d" },
  secrets: { T: "s" },
  file_mounts: { "/data": "./$A", "~/x": { source: "s3://bucket", mode: "MOUNT" } },
  setup: "pip install numpy",
  run: "echo $A",
};

const fragment = fc.constantFrom(
  ": ",
  "- ",
  "\n",
  "\n  ",
  "\t",
  "{",
  "}",
  "[",
  "]",
  ",",
  '"',
  "'",
  "&a ",
  "*a",
  "!!str ",
  "<<",
  "? ",
  "|",
  ">",
  "---\n",
  "...\n",
  "%",
  "#",
  "\0",
  "\r\n",
  "\u{feff}",
  "__proto__",
  "constructor",
  "null",
  "~",
  ".nan",
  "-.inf",
  ...Object.keys(valid),
  ...Object.keys(task),
  "kind",
  "count",
  "cpus",
  "memory",
  "regex",
  "from",
  "1e999",
  "-1",
  "0x",
  "16 GiB",
  "true",
  "debian:bookworm",
);
const yamlish = fc.array(fc.oneof(fragment, fc.string({ maxLength: 5 })), { maxLength: 60 });

test("any text is a workload or bad input with places", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(fault(text, "job.yaml")).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test("pieces of YAML in any order are", () => {
  fc.assert(
    fc.property(yamlish, (parts) => {
      expect(fault(parts.join(""), "job.yaml")).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
});

test.each([{ valid }, { valid: task }])("a valid document with any value anywhere is", (given) => {
  const places = pathsOf(given.valid, []);
  const change = fc.tuple(
    fc.constantFrom(...places),
    fc.oneof(fc.anything(), fc.jsonValue(), fc.string()),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, json) => {
      const document = structuredClone(given.valid) as unknown;
      for (const [path, value] of changes) assign(document, path, value);
      const text = json ? JSON.stringify(document) : asYaml(document);
      expect(fault(text, "job.yaml")).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("a valid text with characters taken away, doubled or put in is", () => {
  for (const [text, file] of [
    [stringify(valid), "job.yaml"],
    [stringify(task), "task.yaml"],
    [script, "job.sbatch"],
  ] as const)
    fc.assert(
      fc.property(edits(text.length), (list) => {
        expect(fault(edited(text, list), file)).toBeUndefined();
      }),
      { numRuns: 600 },
    );
});

test("any directive is understood or bad input with places", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ..."--time --mem --array -n -N -t --gres --export --nodes --job-name --hold = : , - % # \" ' \\ 0 1 7 GPU gpu G hetjob".split(
        " ",
      ),
    ),
    fc.constantFrom(" ", " ", "="),
    fc.string({ maxLength: 4 }),
  );
  const line = fc.array(piece, { maxLength: 12 }).map((parts) => `#SBATCH ${parts.join("")}`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      expect(fault(["#!/bin/sh", ...lines, "true"].join("\n"), "job.sbatch")).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
});

test("any text is a time or array of Slurm, or is not", () => {
  const text = fc.string({ unit: fc.constantFrom(..."0123456789:-,%".split("")), maxLength: 20 });
  fc.assert(
    fc.property(text, (written) => {
      const seconds = parseSlurmTime(written);
      expect(seconds === null || seconds === undefined || seconds > 0).toBe(true);
      const array = parseSlurmArray(written);
      if (typeof array === "string") return;
      expect(array.indices.length).toBeGreaterThan(0);
      expect([...new Set(array.indices)].toSorted((a, b) => a - b)).toEqual(array.indices);
    }),
    { numRuns: 1000 },
  );
});

function pathsOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function assign(document: unknown, path: readonly string[], value: unknown): void {
  let holder = document;
  for (const key of path.slice(0, -1)) {
    if (typeof holder !== "object" || holder === null) return;
    holder = (holder as Record<string, unknown>)[key];
  }
  const last = path.at(-1);
  if (typeof holder === "object" && holder !== null && last !== undefined)
    Object.assign(holder, { [last]: value });
}

/** As JSON where YAML cannot write it: symbols, functions. */
function asYaml(document: unknown): string {
  try {
    return stringify(document);
  } catch {
    return JSON.stringify(document);
  }
}

interface Edit {
  readonly at: number;
  readonly take: number;
  readonly put: string;
}

function edits(length: number): fc.Arbitrary<Edit[]> {
  const edit = fc.record({
    at: fc.nat({ max: length }),
    take: fc.nat({ max: 5 }),
    put: fc.oneof(fragment, fc.string({ maxLength: 3 })),
  });
  return fc.array(edit, { minLength: 1, maxLength: 5 });
}

function edited(text: string, list: readonly Edit[]): string {
  let result = text;
  for (const { at, take, put } of list)
    result = result.slice(0, at) + put + result.slice(at + take);
  return result;
}
