import type { Term } from "../model/estimate.ts";
import type { EngineName, EngineReport, Level } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Candidate } from "../model/plan.ts";
import type { Workload } from "../model/workload.ts";
import { type LocalFacts, localCost, localTime } from "./local-terms.ts";
import { predict, surelyFaster } from "./predict.ts";
import { askedCpus } from "../model/asked-cpus.ts";
import { rules } from "./rules.ts";
import { totals } from "./totals.ts";

export interface Pin {
  readonly level?: Level | undefined;
  readonly engine?: EngineName | undefined;
}

export interface LocalRequest {
  readonly workload: Workload;
  /** What the user pinned on the command line; it wins over the workload's own. */
  readonly pin: Pin;
  readonly machine: Machine;
  readonly platform: string;
  readonly engines: readonly EngineReport[];
  /** Run times in seconds of past runs of this workload, by engine. */
  readonly history: ReadonlyMap<EngineName, readonly number[]>;
  readonly facts: LocalFacts;
  /** Run time where there is no past run with an engine; absent: unknown. */
  readonly otherwise?: (engine: EngineName) => Term;
}

/**
 * The engines of this machine, ranked; refused ones last. Without evidence the order is the preference below; a candidate moves up only
 * when each of several past runs was faster, by a tenth, than each of the one it passes.
 */
export function localCandidates(request: LocalRequest): Candidate[] {
  const pin = {
    engine: request.pin.engine ?? (request.pin.level ? undefined : request.workload.engine),
    level: request.pin.level ?? (request.pin.engine ? undefined : request.workload.level),
  };
  const candidates = request.engines.map((report) => candidate(request, pin, report));
  const feasible = candidates.filter((one) => one.refusals.length === 0);
  const refused = candidates.filter((one) => one.refusals.length > 0);
  return [...rank(preferred(feasible, request)), ...preferred(refused, request)];
}

function candidate(request: LocalRequest, pin: Pin, report: EngineReport): Candidate {
  const { workload, machine, history, platform, facts } = request;
  const { level, engine } = report;
  const refusals = rules.flatMap((rule) => rule({ workload, machine, pin, report }) ?? []);
  const predicted = predict(history.get(engine) ?? []);
  const time = localTime(facts, engine, {
    past: history.get(engine) ?? [],
    otherwise: request.otherwise,
  });
  const cost = localCost();
  return {
    id: `${platform}/${engine}`,
    ...{ platform, level, engine, predicted, time, cost, refusals },
    region: null,
    shape: null,
    spot: false,
    machines: 1,
    cpus: askedCpus(workload),
    runnable: refusals.length === 0,
    ...totals(time, cost),
    hourlyPrice: 0,
    undominated: null,
    reasons: reasons(request, report),
    warnings: [],
  };
}

/**
 * Isolation first where it is nearly free: a container before a process, a virtual machine last. Among the virtual
 * machines hardware help wins, then user-mode Linux (near the host's speed on one cpu), then emulation.
 */
function preference({ engine }: Candidate, engines: readonly EngineReport[]): number {
  const report = engines.find((one) => one.engine === engine);
  if (engine === "qemu") return report?.availability.acceleration === "kvm" ? 4 : 6;
  return engine === null ? 7 : { crun: 0, runc: 1, bubblewrap: 2, host: 3, uml: 5 }[engine];
}

function preferred(candidates: readonly Candidate[], { engines }: LocalRequest): Candidate[] {
  return candidates.toSorted((a, b) => preference(a, engines) - preference(b, engines));
}

function rank(candidates: readonly Candidate[]): Candidate[] {
  const left = [...candidates];
  const ranked: Candidate[] = [];
  for (let first = left[0]; first !== undefined; first = left[0]) {
    const usual = first;
    const faster = left.filter((one) => surelyFaster(one.predicted, usual.predicted));
    const best = faster.toSorted((a, b) => seconds(a) - seconds(b))[0] ?? usual;
    ranked.push(
      best === usual
        ? best
        : {
            ...best,
            reasons: [...best.reasons, `every past run was faster than on ${usual.engine}`],
          },
    );
    left.splice(left.indexOf(best), 1);
  }
  return ranked;
}

function seconds({ predicted }: Candidate): number {
  return predicted?.seconds ?? Number.POSITIVE_INFINITY;
}

function reasons({ workload }: LocalRequest, { engine, availability }: EngineReport): string[] {
  switch (engine) {
    case "host":
      return ["the host's own environment, no isolation"];
    case "bubblewrap":
      return ["the image's files with the host's processes: the base of comparison"];
    case "crun":
      return ["isolated at nearly no cost"];
    case "runc":
      return ["isolated; slower to start than crun"];
    case "uml":
      return [
        "a second kernel without hardware help",
        askedCpus(workload) <= 1
          ? "one cpu is all this asks for, and user-mode Linux computes near the host's speed"
          : "user-mode Linux has one cpu only",
      ];
    case "qemu":
      return availability.acceleration === "kvm"
        ? ["a machine of its own, with hardware help"]
        : ["a machine of its own by emulation: compute is many times slower than on hardware"];
  }
}
