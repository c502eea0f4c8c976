import type { RatedMachine } from "../src/planner/runtime/roofline.ts";
import { middle, type ScalingPoint } from "../src/planner/runtime/scaling-point.ts";
import { numberIn, readTable } from "./predict-data.ts";

/** A configuration of a C3O job: the median of its five runs, as in the paper. */
export interface C3oRun extends ScalingPoint {
  readonly job: C3oJob;
  /** Runs of one user have the same parameters and data of the same kind; only machines, scale and size vary. */
  readonly user: string;
}

export const c3oJobs = {
  sort: { limit: "io", size: "data_size_MB", parameters: ["line_length"] },
  grep: { limit: "mixed", size: "data_size_MB", parameters: ["p_occurrence"] },
  pagerank: { limit: "compute", size: "links", parameters: ["convergence_criterion", "pages"] },
} as const;
export type C3oJob = keyof typeof c3oJobs;

/**
 * Bandwidth to EBS, where all data of these types is (they have no disk of their own), in Mbit/s: Amazon EC2 User Guide, "Amazon EBS-optimized instances",
 * table of current generation types, 2019 (github.com/awsdocs/amazon-ec2-user-guide, doc_source/EBSOptimized.md).
 */
const ebsMegabits: Readonly<Record<string, number>> = {
  "c4.2xlarge": 1000,
  "m4.2xlarge": 1000,
  "r4.xlarge": 850,
  "r4.2xlarge": 1700,
};

/** The jobs' machine types, with CoreMark from the table of offers. */
export function c3oMachines(data: string): Map<string, RatedMachine> {
  const file = "offers/offers.csv";
  const rows = readTable(data, file, ",").filter(
    (row) => row.provider === "aws" && Object.hasOwn(ebsMegabits, row.instance_type ?? ""),
  );
  return new Map(
    rows.map((row) => {
      const name = row.instance_type ?? "";
      const rates = {
        coremark: numberIn(row, "coremark_per_s", file),
        ioBytes: ((ebsMegabits[name] ?? 0) * 1e6) / 8,
      };
      return [name, { name, architecture: "x64", cpus: numberIn(row, "vcpus", file), rates }];
    }),
  );
}

export function readC3o(data: string, job: C3oJob): C3oRun[] {
  const file = `c3o/${job}.tsv`;
  const { size, parameters } = c3oJobs[job];
  const byConfiguration = new Map<string, { run: C3oRun; seconds: number[] }>();
  for (const row of readTable(data, file, "\t")) {
    const values = parameters.map((column) => numberIn(row, column, file));
    const run: C3oRun = {
      job,
      user: values.join(" "),
      scale: numberIn(row, "instance_count", file),
      size: numberIn(row, size, file),
      parameters: values,
      machine: row.machine_type ?? "",
      group: null,
      seconds: numberIn(row, "gross_runtime", file),
    };
    const key = [run.machine, run.scale, run.size, run.user].join(" ");
    const known = byConfiguration.get(key) ?? { run, seconds: [] };
    known.seconds.push(run.seconds);
    byConfiguration.set(key, known);
  }
  return [...byConfiguration.values()].map(({ run, seconds }) => ({
    ...run,
    seconds: middle(seconds),
  }));
}
