import { formatBytes } from "../base/bytes.ts";
import type { EngineReport } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Refusal } from "../model/plan.ts";
import type { Workload } from "../model/workload.ts";
import type { Pin } from "./local-candidates.ts";
import { askedMemory } from "./resources.ts";
import { askedCpus } from "../model/asked-cpus.ts";

export interface RuleContext {
  readonly workload: Workload;
  readonly pin: Pin;
  readonly machine: Machine;
  readonly report: EngineReport;
}

/** A reason why a candidate cannot be, or `undefined`. Codes are stable; sentences may improve. */
export type Rule = (context: RuleContext) => Refusal | undefined;

/** Every rule is asked: a refused candidate tells all its reasons. */
export const rules: readonly Rule[] = [
  ({ report, pin }) => {
    if (pin.engine !== undefined && pin.engine !== report.engine)
      return refuse("pinned", `the engine is pinned to ${pin.engine}`);
    if (pin.level !== undefined && pin.level !== report.level)
      return refuse("pinned", `the level is pinned to ${pin.level}`);
    return undefined;
  },
  ({ report: { availability, engine } }) =>
    availability.available
      ? undefined
      : refuse(
          "unavailable",
          `${engine} is not available: ${availability.detail}`,
          availability.remedy,
        ),
  ({ report: { abilities, engine }, workload }) => {
    if (abilities.image === "required" && !workload.image)
      return refuse("needs-image", `${engine} needs an image`, "name one with `image:` or --image");
    if (abilities.image === "impossible" && workload.image)
      return refuse("no-image", `${engine} runs in the host's own file system, not in an image`);
    return undefined;
  },
  ({ report: { abilities, engine }, workload: { network } }) =>
    network === undefined || abilities.networks.includes(network)
      ? undefined
      : refuse(
          "network",
          `${engine} has no network mode "${network}" (it has ${abilities.networks.join(", ")})`,
        ),
  ({ machine, report: { abilities, engine }, workload }) => {
    const asked = askedCpus(workload);
    if (asked > machine.cpus)
      return refuse(
        "cpus",
        `it asks for ${counted(asked, "cpu")} and this machine has ${machine.cpus}`,
      );
    if (abilities.maxCpus !== null && asked > abilities.maxCpus)
      return refuse(
        "cpus",
        `it asks for ${counted(asked, "cpu")} and ${engine} gives ${abilities.maxCpus}`,
      );
    return undefined;
  },
  ({ machine, workload }) => {
    const asked = askedMemory(workload, machine);
    if (asked <= machine.memoryBytes) return undefined;
    const [want, have] = [formatBytes(asked), formatBytes(machine.memoryBytes)];
    return refuse("memory", `it asks for ${want} of memory and this machine has ${have}`);
  },
  ({ workload: { resources } }) =>
    resources.gpus
      ? refuse("gpus", `it asks for ${counted(resources.gpus, "gpu")} and Aloft knows of none here`)
      : undefined,
];

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

function refuse(code: string, message: string, remedy?: string): Refusal {
  return remedy === undefined ? { code, message } : { code, message, remedy };
}
