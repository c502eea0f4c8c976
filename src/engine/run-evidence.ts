import { AloftError } from "../base/errors.ts";
import type { Offer } from "../model/offer.ts";
import type { Machine } from "../model/machine.ts";
import { familyFingerprint } from "../model/workload-family.ts";
import type { Workload } from "../model/workload.ts";
import { askedCpus } from "../model/asked-cpus.ts";
import { ratedOffer, shapeName } from "../planner/rented-runs.ts";
import { bareEngines } from "../model/level.ts";
import type { PastRun, RunEvidence } from "../planner/runtime/past-run.ts";
import type { RatedMachine } from "../planner/runtime/roofline.ts";
import type { FamilyRun, Storage } from "../storage/storage.ts";
import type { Recorder } from "./recorder.ts";

/** Runs that a prediction rests on, at the most. */
const most = 200;
/** The name of this machine in a profile and in evidence. */
export const here = "here";

export interface EvidenceParts {
  readonly storage: Pick<Storage, "family">;
  readonly recorder: Pick<Recorder, "allUnwritten">;
  readonly machine: Machine;
}

/** Everything that is known of a workload's run time, here and elsewhere: past runs of any scale, and what the user has timed. */
export async function runEvidence(
  workload: Workload,
  offers: readonly Offer[],
  { storage, recorder, machine }: EvidenceParts,
): Promise<RunEvidence> {
  const { profile = {} } = workload;
  const family = familyFingerprint(workload);
  const past = [...justEnded(family, recorder), ...(await storage.family(family, most))];
  return {
    runs: [
      ...past
        .filter(({ engine }) => bareEngines.has(engine))
        .map(
          (run): PastRun => ({
            kind: "history",
            machine: ratedHere(machine),
            engine: run.engine,
            slowdown: 1,
            machines: 1,
            cpus: run.cpus,
            size: run.size ?? 1,
            seconds: run.runSeconds,
            date: new Date(run.endedAt * 1000).toISOString().slice(0, 10),
          }),
        ),
      ...declared(workload, offers, machine),
    ],
    limit: profile.limit ?? "unknown",
    serialFraction: profile.serialFraction ?? null,
  };
}

/** Succeeded runs that storage does not have yet: whoever has just seen one end may ask what it has taught. */
function justEnded(family: string, recorder: EvidenceParts["recorder"]): FamilyRun[] {
  return Array.from(recorder.allUnwritten()).flatMap((run) => {
    const { state, tasks, workload, engine, timings } = run;
    if (state !== "succeeded" || tasks !== null || timings.running === null) return [];
    if (familyFingerprint(workload) !== family) return [];
    const size = workload.profile?.size?.value ?? null;
    const [cpus, endedAt] = [askedCpus(workload), run.endedAt ?? 0];
    return [{ engine, runSeconds: timings.running, cpus, size, endedAt }];
  });
}

export function ratedHere({ cpus, architecture }: Machine): RatedMachine {
  return { name: here, cpus, rates: {}, architecture };
}

/** The size of a workload's input; 1 where it is not told, so that all its runs are of one size. */
export function sizeOf({ profile }: Workload): number {
  return profile?.size?.value ?? 1;
}

function declared(workload: Workload, offers: readonly Offer[], machine: Machine): PastRun[] {
  return (workload.profile?.measured ?? []).map((run, at): PastRun => {
    const on = machineNamed(run.on, offers, machine);
    if (!on)
      throw new AloftError(
        "bad-input",
        `profile.measured[${at}].on is ${JSON.stringify(run.on)}, and no offer of the catalogue is called so`,
        { hint: "write `here`, or the name of an offer: `aloft catalog ls` lists them" },
      );
    return {
      kind: "declared",
      machine: on,
      engine: null,
      slowdown: 1,
      machines: run.machines ?? 1,
      cpus: run.cpus ?? askedCpus(workload),
      size: run.size ?? sizeOf(workload),
      seconds: run.time,
      date: null,
    };
  });
}

/** A shape is the same machine in every region. */
function machineNamed(
  name: string,
  offers: readonly Offer[],
  machine: Machine,
): RatedMachine | undefined {
  if (name === here) return ratedHere(machine);
  const offer = offers.find((one) => one.id === name || shapeName(one) === name);
  return offer && ratedOffer(offer);
}
