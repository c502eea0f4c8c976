import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineTrial, execute, type JobHost, patience, until } from "./conformance-bench.ts";
import { engineCases } from "./conformance-cases.ts";
import { cgroupsOf, leftovers, loopDevices } from "./conformance-machine.ts";

/* oxlint-disable vitest/valid-title, vitest/expect-expect -- titles and assertions are those of the cases */
/** Registers the whole suite for one engine. */
export function describeEngine(name: string, prepare: () => Promise<EngineTrial>): void {
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), `aloft-${name}-`));
    let trial: EngineTrial;
    let host: JobHost;
    beforeAll(async () => {
      trial = await prepare();
      for (const title of Object.keys(trial.cannot ?? {}))
        if (!Object.hasOwn(engineCases, title)) throw new Error(`there is no case "${title}"`);
      if (trial.availability.available) host = await trial.open(folder);
    }, 120_000);
    afterAll(async () => {
      await host?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    for (const [title, body] of Object.entries(engineCases))
      test(title, { timeout: 180_000 }, async (context) => {
        if (!trial.availability.available)
          context.skip(`${trial.availability.detail}; ${trial.availability.remedy ?? ""}`);
        const reason = trial.cannot?.[title];
        if (reason !== undefined) context.skip(reason);
        const network = /^network (\w+):/.exec(title)?.[1];
        const { networks } = trial.engine.abilities;
        if (network !== undefined && !(networks as readonly string[]).includes(network))
          context.skip(`${name} has no network ${network}, and its abilities say so`);
        await body({
          trial,
          engine: trial.engine,
          run: (command, options) => execute(trial, host, command, options ?? {}),
        });
      });

    test("nothing is left on the machine", { timeout: 120_000 }, async (context) => {
      if (!trial.availability.available) context.skip(trial.availability.detail);
      const mark = mkdtempSync(join(tmpdir(), `aloft-${name}-left-`));
      try {
        const own = await trial.open(mark);
        const interfaces = Object.keys(networkInterfaces());
        await execute(trial, own, "sleep 1000 & exit 3", {
          network: trial.engine.abilities.networks.at(-1) ?? "none",
        });
        await execute(trial, own, "trap '' TERM; echo > ready; while :; do sleep 1; done", {
          limits: { graceSeconds: 0 },
          whenReady: ({ cancel }) => cancel({ now: false }),
        });
        await own[Symbol.asyncDispose]();
        // A stop.sh that slept when the run ended looks once more.
        const deadline = AbortSignal.timeout(10_000);
        await until(() => leftovers(mark).length === 0 || deadline.aborted, patience(trial, 20));
        expect([...leftovers(mark), ...loopDevices(mark)]).toEqual([]);
        expect(cgroupsOf(instanceOf(mark))).toEqual([]);
        expect(Object.keys(networkInterfaces())).toEqual(interfaces);
      } finally {
        rmSync(mark, { recursive: true, force: true });
      }
    });
  });
}

/** The name by which a trial's `open` keeps the platform of this folder apart from others. */
export function instanceOf(folder: string): string {
  return folder.slice(folder.lastIndexOf("-") + 1).toLowerCase();
}
