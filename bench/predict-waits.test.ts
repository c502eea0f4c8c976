import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../src/base/random.ts";
import { unknownState, type WaitRecord } from "../src/planner/wait/wait-record.ts";
import { asKnownAt, readGrahamWaits } from "./graham-waits.ts";
import { predictWaits } from "./predict-waits.ts";
import { baselines } from "./wait-baselines.ts";
import { scoreOf } from "./wait-scores.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-waits-"));
afterAll(() => rmSync(folder, { recursive: true }));

const head =
  "submit_time,partition_id_x,account_id,req_cpus,req_mem_total,alloc_nodes,state,priority_x,eligible_time,start_time,submit_wait_sec,run_time_sec,time_limit_sec,poll_time,poll_wait_sec,q_jobs_above,q_cores_above,q_core_hours_above,q_p_jobs_above,q_p_cores_above,q_p_core_hours_above,r_cores_above,r_core_hours_above,r_p_cores_above,r_p_core_hours_above,q_gpus_above,r_gpus_above,level_fs_poll,norm_share_poll,effect_use_poll";

/** Ten days of forty jobs whose wait is ten seconds for each cpu ahead; the first one's fair share is infinite. */
function small(): string {
  const random = seededRandom(1);
  const lines = Array.from({ length: 400 }, (_, index) => {
    const day = `2021-05-${String(1 + Math.floor(index / 40)).padStart(2, "0")}`;
    const ahead = Math.floor(random() * 1000);
    const wait = 10 * (1 + ahead);
    return `${day} 11:00:00,5,${index},4,2048,1,COMPLETED,1,${day} 11:00:00,,${wait + 3600},1,3600,${day} 12:00:00,${wait},1,${ahead},${ahead},1,1,1.5,100,50,10,5,0,0,${index === 0 ? "inf" : "0.5"},,`;
  });
  return [head, ...lines].join("\n");
}
mkdirSync(join(folder, "slurm-waits"));
writeFileSync(join(folder, "slurm-waits/graham.csv"), small());

test("the file is read with its units, and without what only the future told", () => {
  const [first, ...others] = readGrahamWaits(folder);
  expect(others).toHaveLength(9);
  expect(first?.records[0]).toMatchObject({
    request: { cpus: 4, memoryBytes: 2 * 1024 ** 3, timeLimitSeconds: 3600, partition: "5" },
    state: {
      aheadInPartition: { cpuSeconds: 5400 },
      fairShare: Number.MAX_VALUE,
      waitedSeconds: 3600,
      held: false,
    },
    observedAt: "2021-05-01T12:00:00Z",
    started: true,
  });
});

test("later days know of earlier ones only what had happened", () => {
  const at = "2021-05-01T12:00:00Z";
  const records = [10, 100_000].map((waitSeconds) => record(waitSeconds));
  const known = asKnownAt("2021-05-02T12:00:00Z", { at, records });
  expect(known.map(({ waitSeconds, started }) => [waitSeconds, started])).toEqual([
    [10, true],
    [86_400, false],
  ]);
});

test("the experiment scores every predictor on the same jobs, and says it to people and to programs", async () => {
  let printed = "";
  const result = await predictWaits({ data: folder, print: (text) => (printed += text) });
  expect(result.testJobs).toBe(120);
  expect(result.days.map(({ day }) => day)).toEqual(["2021-05-08", "2021-05-09", "2021-05-10"]);
  for (const { jobs } of Object.values(result.scores)) expect(jobs).toBe(120);
  const ours = result.scores["quantile forest, calibrated"];
  const plain = result.scores["median of all past waits"];
  expect(ours?.within2).toBeGreaterThan(plain?.within2 ?? Number.NaN);
  expect(printed).toContain("Slurm's own estimate");
  expect(JSON.parse(JSON.stringify(result))).toMatchObject({ seed: 1, format: 1 });
});

test("without the data it says which file is missing and what to give", async () => {
  await expect(predictWaits({ data: join(folder, "nowhere") })).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("graham.csv is not there"),
    hint: expect.stringContaining("--data"),
  });
});

test("scores by hand", () => {
  const waits = [100, 100, 100, 100];
  const medians = [40, 100, 250, 251];
  const guesses = waits.map((waitSeconds, at) => ({
    ...{ waitSeconds, median: medians[at] ?? 0, low: null },
    high: at === 0 ? 99 : 100,
  }));
  expect(scoreOf(guesses)).toMatchObject({
    within04to25: 0.75,
    within2: 0.25,
    within3: 1,
    aboveLow: null,
    belowHigh: 0.75,
  });
});

test("the binomial bound needs 29 waits for 95 % confidence in the 90 % quantile: 0.9^29 < 0.05 < 0.9^28", () => {
  const learn = baselines["median of all past waits"];
  const bound = (n: number): number | null | undefined =>
    learn?.(
      Array.from({ length: n }, (_, index) => record(index + 1)),
      seededRandom(1),
    )(record(0).request, unknownState).high;
  expect([bound(28), bound(29)]).toEqual([null, 29]);
  // P(binomial(100, 0.9) < 95) = 0.942, and < 96 is 0.976.
  expect(bound(100)).toBe(96);
});

function record(waitSeconds: number): WaitRecord {
  return {
    request: {
      ...{ cpus: 1, memoryBytes: null, nodes: 1, gpus: null },
      ...{ timeLimitSeconds: 60, partition: null, account: null },
    },
    state: unknownState,
    observedAt: "2021-05-01T12:00:00Z",
    waitSeconds,
    started: true,
  };
}
