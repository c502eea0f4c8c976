import { expect, test } from "vitest";
import { checkWorkload } from "./workload-checks.ts";
import { fieldName } from "./workload-problem.ts";
import { profileNotices } from "./workload-profile-checks.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

type Input = Partial<WorkloadInput>;

function problems(input: Input) {
  return checkWorkload(Workload.parse({ command: "x", ...input }));
}

const mpi: Input = { parallel: { kind: "mpi", ranks: 8 } };

test.each<[Input, string[]]>([
  [{ profile: {} }, []],
  [{ ...mpi, profile: { memoryPerRank: "4 GiB" } }, []],
  [{ profile: { memoryPerRank: "4 GiB" } }, ["profile.memoryPerRank"]],
  [
    { ...mpi, resources: { memory: "16 GiB" }, profile: { memoryPerRank: "4 GiB" } },
    ["profile.memoryPerRank"],
  ],
  [{ ...mpi, resources: { memory: "32 GiB" }, profile: { memoryPerRank: "4 GiB" } }, []],
  [{ ...mpi, profile: { memoryPerRank: 4 } }, ["profile.memoryPerRank"]],
  [{ profile: { scratch: 500 } }, ["profile.scratch"]],
  [{ ...mpi, profile: { machines: 8 } }, []],
  [{ ...mpi, profile: { machines: 9 } }, ["profile.machines"]],
  [{ resources: { cpus: 4 }, profile: { machines: 5 } }, ["profile.machines"]],
  [{ resources: { cpus: 0.5 }, profile: { machines: 1 } }, []],
  [{ profile: { measured: [{ on: " ", time: 5 }] } }, ["profile.measured[0].on"]],
  [
    { profile: { measured: [{ on: "here", time: 5, cpus: 2, machines: 3 }] } },
    ["profile.measured[0].machines"],
  ],
  [
    {
      profile: {
        measured: [
          { on: "here", time: 5 },
          { on: "here", time: 9, size: 2 },
        ],
      },
    },
    ["profile.measured[1].size"],
  ],
  [{ profile: { size: { value: 1 }, measured: [{ on: "here", time: 9, size: 2 }] } }, []],
  [{ profile: { architectures: ["x64", "arm64"] } }, []],
  [
    { profile: { architectures: ["x64", "aarch64", "vax"] } },
    ["profile.architectures[1]", "profile.architectures[2]"],
  ],
  [{ profile: { input: { at: "aws/us-east-1" }, output: { at: "here" } } }, []],
  [{ profile: { input: { at: "s3://bucket/x" } } }, ["profile.input.at"]],
  [{ profile: { output: { at: "the archive" } } }, ["profile.output.at"]],
  [{ network: "none", profile: { needs: ["root", "internet"] } }, ["profile.needs[1]"]],
  [{ network: "nat", profile: { needs: ["internet"] } }, []],
  [{ profile: { needs: ["internet"] } }, []],
  [{ objective: { deadline: "530 weeks" } }, ["objective.deadline"]],
])("%j", (input, expected) => {
  expect(problems(input).map(({ path }) => fieldName(path))).toEqual(expected);
});

test.each<[Input, string]>([
  [{ profile: { architectures: ["x86_64"] } }, "x64"],
  [{ profile: { architectures: ["AMD64"] } }, "x64"],
  [{ profile: { input: { at: "gs://bucket" } } }, "gcp"],
  [{ profile: { scratch: 500 } }, "500 GiB"],
])("%j has a suggestion", (input, suggestion) => {
  expect(problems(input)).toEqual([expect.objectContaining({ suggestion })]);
});

test("what counts for nothing is told", () => {
  const notices = (input: Input) => profileNotices(Workload.parse({ command: "x", ...input }));
  expect(notices({})).toEqual([]);
  expect(notices({ env: { N: 1 }, profile: { size: { value: 1, variable: "N" } } })).toEqual([]);
  expect(notices({ profile: { size: { value: 1, variable: "N" } } })).toEqual([
    expect.stringContaining("env has no N"),
  ]);
  expect(notices({ profile: { licenseServer: "here" } })).toEqual([
    expect.stringContaining("licenses names no licence"),
  ]);
});
