import { expect, test } from "vitest";
import { importSacct } from "./sacct-import.ts";
import { unknownState } from "./wait-record.ts";

const own = { file: "jobs.txt", allUsers: false };
const gibibyte = 1024 ** 3;

/** As Slurm 23.11 writes it: memory of the whole job, None for what never started. */
const recent = `JobID|Partition|Account|ReqCPUS|ReqMem|ReqNodes|ReqTRES|Submit|Eligible|Start|End|State|Timelimit
4101|cpu|chem|4|16G|1|billing=4,cpu=4,mem=16G,node=1|2024-03-05T10:00:00|2024-03-05T10:00:00|2024-03-05T10:20:00|2024-03-05T12:00:00|COMPLETED|1-00:00:00
4101.batch||chem|4||1||2024-03-05T10:20:00|2024-03-05T10:20:00|2024-03-05T10:20:00|2024-03-05T12:00:00|COMPLETED|
4101.extern||chem|4||1||2024-03-05T10:20:00|2024-03-05T10:20:00|2024-03-05T10:20:00|2024-03-05T12:00:00|COMPLETED|
4102|gpu|bio|8|4000M|1|billing=8,cpu=8,gres/gpu:a100=2,gres/gpu=2,mem=4000M,node=1|2024-03-05T10:05:00|2024-03-05T11:00:00|2024-03-05T11:00:30|Unknown|RUNNING|UNLIMITED
4103_1|cpu|chem|1|2G|1|cpu=1,mem=2G,node=1|2024-03-05T11:00:00|2024-03-05T11:00:00|2024-03-05T11:00:00|2024-03-05T11:00:00|FAILED|00:10:00
4103_[2-10%2]|cpu|chem|1|2G|1|cpu=1,mem=2G,node=1|2024-03-05T11:00:00|2024-03-05T11:00:00|Unknown|Unknown|PENDING|00:10:00
4104_[1-5]|cpu|chem|2|2G|1|cpu=2,mem=2G,node=1|2024-03-05T11:30:00|2024-03-05T11:30:00|Unknown|Unknown|PENDING|Partition_Limit
4105|cpu|bio|2|2G|1|cpu=2,mem=2G,node=1|2024-03-05T11:40:00|2024-03-05T11:40:00|None|2024-03-05T11:50:00|CANCELLED by 1000|01:00:00
4106|cpu|bio|2|2G|1|cpu=2,mem=2G,node=1|2024-03-05T11:45:00|Unknown|Unknown|Unknown|PENDING|01:00:00
`;

/** As older ones write it: memory of each node or cpu, and jobs cancelled in the queue that start when they end. */
const old = `JobID|Partition|NNodes|ReqCPUS|ReqMem|Submit|Start|End|State|Timelimit|Nonsense
7|batch|2|8|4Gn|2021-05-01T00:00:00|2021-05-01T01:00:00|2021-05-01T02:00:00|TIMEOUT|01:00:00|x
8|batch|2|8|500Mc|2021-05-01T00:00:00|2021-05-02T00:00:00|2021-05-03T02:00:00|NODE_FAIL|2-00:00:00|
9|batch|1|1|0n|2021-05-01T00:00:00|2021-05-01T03:00:00|2021-05-01T03:00:00|CANCELLED by 0|UNLIMITED|
10+0|batch|1|1|3.50G|2021-05-01T00:00:00|2021-05-01T00:00:05|2021-05-01T03:00:00|OUT_OF_MEMORY|INVALID|
`;

test("waits count from when a job became eligible; steps and what never became eligible have none", () => {
  const { records, skipped } = importSacct(recent, own);
  const seen = records.map(({ waitSeconds, started }) => [waitSeconds, started]);
  expect(seen).toEqual([
    [1200, true],
    [30, true],
    [0, true],
    // The export's latest time is 12:00.
    [1800, false],
    [600, false],
  ]);
  expect(skipped).toEqual({ steps: 2, eligible: 1, limited: 1 });
});

test("what a job asks for is read", () => {
  const [first, second] = importSacct(recent, own).records;
  expect(first).toEqual({
    request: {
      cpus: 4,
      memoryBytes: 16 * gibibyte,
      nodes: 1,
      gpus: 0,
      timeLimitSeconds: 86_400,
      partition: "cpu",
      account: "chem",
    },
    state: unknownState,
    observedAt: "2024-03-05T10:00:00.000Z",
    waitSeconds: 1200,
    started: true,
  });
  expect(second?.request).toMatchObject({
    gpus: 2,
    timeLimitSeconds: null,
    memoryBytes: 4000 * 1024 ** 2,
  });
});

test("older versions: memory by node and by cpu, cancelled before the start, columns that are missing or not known", () => {
  const { records } = importSacct(old, own);
  expect(records.map(({ request }) => request.memoryBytes)).toEqual([
    8 * gibibyte,
    4000 * 1024 ** 2,
    null,
    3.5 * gibibyte,
  ]);
  expect(records.map(({ waitSeconds }) => waitSeconds)).toEqual([3600, 86_400, 10_800, 5]);
  expect(records.map(({ started }) => started)).toEqual([true, true, false, true]);
  expect(records.map(({ request }) => request.timeLimitSeconds)).toEqual([
    3600,
    172_800,
    null,
    null,
  ]);
  expect(records[0]?.request).toMatchObject({ nodes: 2, gpus: null, account: null });
});

test("an export of all users tells what each job met", () => {
  const { records } = importSacct(recent, { ...own, allUsers: true });
  const cancelled = records.at(-1);
  // 4103's nine and 4104's five tasks wait; 4101 has 20 of its 24 hours left after 1 h 20 min, 4102 has no limit.
  expect(cancelled?.state).toMatchObject({
    ahead: { jobs: 14, cpus: 9 + 10, cpuSeconds: 9 * 600, gpus: 0 },
    running: { jobs: 2, cpus: 12, cpuSeconds: 4 * (86_400 - 4800), gpus: 2 },
    runningInPartition: { jobs: 1, cpus: 4 },
  });
  expect(records[0]?.state.ahead.jobs).toBe(0);
});

test("without a header the columns are those of the documented command; a trailing delimiter and CRLF are fine", () => {
  const lines = recent.split("\n");
  const same = importSacct(recent, own);
  expect(importSacct(lines.slice(1).join("\n"), own)).toEqual(same);
  expect(importSacct(lines.map((line) => line && `${line}|`).join("\r\n"), own)).toEqual(same);
});

test("a name may hold the delimiter", () => {
  const text =
    "JobID|JobName|ReqCPUS|Submit|Start|End|State\n1|a|b|2|2024-03-05T10:00:00|2024-03-05T10:00:07|Unknown|RUNNING";
  expect(importSacct(text, own).records[0]).toMatchObject({
    waitSeconds: 7,
    request: { cpus: 2, memoryBytes: null },
  });
});

test.each([
  ["", "jobs.txt:1:1: there are no jobs in it"],
  ["JobID|Start|End|Eligible|ReqCPUS\n", "jobs.txt:1:1: the header has no column state"],
  ["1|2|3", "jobs.txt:1:1: the line has 3 cells, and there are 13 columns"],
  [recent.replace("4102|", "x4102|"), 'jobs.txt:5:1: jobid is "x4102"'],
  [recent.replace("|16G|", "|16Q|"), 'jobs.txt:2:17: reqmem is "16Q"'],
  [recent.replace("10:20:00|", "10:20|"), 'jobs.txt:2:94: start is "2024-03-05T10:20"'],
  [recent.replace("1-00:00:00", "tomorrow"), 'jobs.txt:2:144: timelimit is "tomorrow"'],
  [recent.replace("|chem|4|", "|chem|four|"), 'jobs.txt:2:15: reqcpus is "four"'],
])("bad input %# names its place and the remedy", (text, message) => {
  expect(() => importSacct(text, own)).toThrow(
    expect.objectContaining({
      code: "bad-input",
      message: expect.stringContaining(message),
      hint: expect.stringContaining("sacct --allusers"),
    }),
  );
});
