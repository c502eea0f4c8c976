import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../src/base/random.ts";
import type { Doctor } from "../src/contract/operations.ts";
import { type EngineName, engineLevels } from "../src/model/level.ts";
import type { Run, RunState } from "../src/model/run.ts";
import { install, until } from "./installation.ts";
import { smallRoot } from "./small-image.ts";

const full = process.env.ALOFT_TEST_FULL === "1";
const kills = full ? 200 : 20;
const seed = Number(process.env.ALOFT_TEST_SEED ?? Date.now() % 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "aloft-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A way for a run to end, and what must be told of it in the end, whatever is killed. */
interface Ending {
  readonly options: readonly string[];
  readonly script: string;
  readonly state: RunState;
  readonly exitCode: number;
}

/** The time limit leaves a container that has a fifth of a cpu, on a loaded machine, time to begin. */
const endings: readonly Ending[] = [
  { options: [], script: "sleep 0.SEED; echo end", state: "succeeded", exitCode: 0 },
  { options: [], script: "echo end", state: "succeeded", exitCode: 0 },
  { options: [], script: "sleep 0.SEED; echo end; exit 7", state: "failed", exitCode: 7 },
  { options: ["--time", "5s"], script: "echo end; sleep 60", state: "timed-out", exitCode: 143 },
];

interface Submitted {
  readonly id: string;
  readonly engine: EngineName;
  readonly ending: Ending;
}

test(
  `${kills} kills of the server lose no run, run none twice and leave nothing (seed ${seed})`,
  async () => {
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    await using aloft = install();
    const image = smallRoot(join(folder, "root"));
    await aloft.json(["image", "build", "--from", image, "--name", "small"]);
    const { engines } = await aloft.json<Doctor>(["doctor"]);
    const usable = engines.filter(({ availability }) => availability.available);
    // Every level, but those that boot for seconds less often.
    const drawn = usable.flatMap(({ engine }) =>
      Array.from({ length: engine === "qemu" ? 1 : engine === "uml" ? 2 : 5 }, () => engine),
    );

    const submitted: Submitted[] = [];
    const submit = async (): Promise<void> => {
      const engine = pick(drawn);
      // A virtual machine boots for longer than the time limit.
      const isVm = engineLevels[engine] === "vm";
      const ending = pick(isVm ? endings.filter(({ options }) => options.length === 0) : endings);
      const script = `echo begin; echo x >> count; ${ending.script}`;
      const { id } = await aloft.json<Run>([
        ...["run", "--detach", "--engine", engine, "--memory", "128 MiB", "--cpus", "0.2"],
        ...(engine === "host" ? [] : ["--image", "small"]),
        ...ending.options,
        ...["--", "sh", "-c", script.replace("SEED", String(Math.floor(random() * 10)))],
      ]);
      submitted.push({ id, engine, ending });
    };

    for (let kill = 0; kill < kills; kill += 1) {
      const submitting = Promise.all([submit(), submit()]);
      await delay(random() * 600);
      await aloft.killServer();
      await submitting;
    }
    expect(submitted).toHaveLength(2 * kills);

    for (const { id, engine, ending } of submitted) {
      await aloft.run(["wait", id]);
      const run = await aloft.json<Run>(["show", id]);
      const stderr = readFileSync(join(run.folder, "stderr"), "utf8");
      const told = `run ${id} on ${engine}: ${run.reason}; ${stderr}`;
      expect(run, told).toMatchObject({ state: ending.state, exitCode: ending.exitCode });
      expect(readFileSync(join(run.folder, "stdout"), "utf8"), told).toBe("begin\nend\n");
      expect(readFileSync(join(run.folder, "work/count"), "utf8"), told).toBe("x\n");
    }
    await aloft.run(["down"]);
    await until(() => aloft.leftovers().length === 0, aloft.leftovers().join("\n"), 20);
  },
  (full ? 60 : 10) * 60_000,
);
