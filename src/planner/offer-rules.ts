import { formatBytes } from "../base/bytes.ts";
import { formatDuration } from "../base/durations.ts";
import type { Level } from "../model/level.ts";
import type { Offer } from "../model/offer.ts";
import { machinesFor, type Need } from "./need.ts";
import { counted } from "./words.ts";

/** A rented machine at a level, as a rule sees it. */
export interface Place {
  readonly offer: Offer;
  readonly level: Level;
  readonly spot: boolean;
}

/**
 * A reason why a place cannot be. The test is asked for every offer and makes no text; the sentence is made where it is shown.
 * Codes are stable; sentences may improve.
 */
export interface OfferRule {
  readonly code: string;
  refuses(need: Need, place: Place): boolean;
  sentence(need: Need, place: Place): string;
  readonly remedy?: string;
}

/** Platforms that run batch jobs: nobody reaches a program in them from outside. */
const batchPlatforms = new Set(["slurm", "pbs", "lsf"]);

export function isBatch({ platform }: Pick<Offer, "platform">): boolean {
  return batchPlatforms.has(platform);
}

/** Every rule is asked: a refused place tells all its reasons. */
export const offerRules: readonly OfferRule[] = [
  {
    code: "architecture",
    refuses: ({ architectures }, { offer }) =>
      architectures !== undefined && !architectures.includes(offer.architecture),
    sentence: ({ architectures }, { offer }) =>
      `the program is for ${architectures?.join(" or ")}, and it has ${offer.architecture}`,
    remedy: "build the image for that architecture too, and name both in `profile.architectures`",
  },
  {
    code: "cores-per-node",
    refuses: (need, { offer }) =>
      need.machines === undefined
        ? !need.spreads && need.cpus > offer.cpus
        : need.cpus > offer.cpus * need.machines,
    sentence: (need, { offer }) =>
      `${counted(need.cpus, "cpu")} ${need.machines === undefined ? "of one machine are" : `on ${counted(need.machines, "machine")} are`} asked for, and a machine has ${offer.cpus}`,
    remedy: "only `parallel: {kind: mpi}` spreads over machines",
  },
  {
    code: "memory",
    refuses: (need, { offer }) =>
      need.memoryBytes !== undefined &&
      need.memoryBytes > offer.memoryBytes * machinesFor(need, offer.cpus),
    sentence: (need, { offer }) =>
      `${formatBytes(need.memoryBytes ?? 0)} of memory are asked for, and ${counted(machinesFor(need, offer.cpus), "machine")} of it ${machinesFor(need, offer.cpus) === 1 ? "has" : "have"} ${formatBytes(offer.memoryBytes * machinesFor(need, offer.cpus))}`,
  },
  {
    code: "memory-per-rank",
    refuses: (need, { offer }) =>
      need.memoryPerRank !== undefined &&
      need.ranks !== undefined &&
      ranksOnOne(need, offer) * need.memoryPerRank > offer.memoryBytes,
    sentence: (need, { offer }) =>
      `${counted(ranksOnOne(need, offer), "rank")} of ${formatBytes(need.memoryPerRank ?? 0)} do not fit into the ${formatBytes(offer.memoryBytes)} of one machine`,
    remedy: "spread it over more machines with `profile.machines`",
  },
  {
    code: "gpus",
    refuses: (need, { offer }) =>
      need.gpus > (offer.accelerators?.count ?? 0) * machinesFor(need, offer.cpus),
    sentence: ({ gpus }, { offer }) =>
      `${counted(gpus, "accelerator")} asked for, and a machine has ${offer.accelerators?.count ?? 0}`,
  },
  {
    code: "disk",
    // A rented virtual machine gets as large a volume as it asks for; a whole machine has the disk that it has.
    refuses: ({ diskBytes }, { offer }) =>
      diskBytes !== undefined &&
      offer.bareMetal &&
      offer.diskBytes !== null &&
      diskBytes > offer.diskBytes,
    sentence: ({ diskBytes }, { offer }) =>
      `${formatBytes(diskBytes ?? 0)} of disk are asked for, and it comes with ${formatBytes(offer.diskBytes ?? 0)}`,
  },
  {
    code: "time-limit",
    refuses: ({ seconds }, { offer }) =>
      offer.mostSeconds !== null && seconds !== undefined && seconds > offer.mostSeconds,
    sentence: ({ seconds }, { offer }) =>
      `it may run for ${formatDuration(seconds ?? 0)}, and the place ends runs after ${formatDuration(offer.mostSeconds ?? 0)}`,
    remedy: "ask for less with `resources.time`, or write checkpoints",
  },
  {
    code: "machines",
    refuses: (need, { offer }) =>
      offer.mostMachines !== null && machinesFor(need, offer.cpus) > offer.mostMachines,
    sentence: (need, { offer }) =>
      `it needs ${counted(machinesFor(need, offer.cpus), "machine")}, and the place gives ${offer.mostMachines}`,
  },
  {
    code: "shared-hypervisor",
    refuses: (_, { offer, level }) => level === "process" && isVirtual(offer),
    sentence: () => "a rented virtual machine has no level below its own",
    remedy: "take the level vm or container there, or a bare-metal offer",
  },
  {
    code: "no-root",
    refuses: (_, { offer, level }) => level === "vm" && isBatch(offer),
    sentence: () => "a batch system gives an ordinary user no virtual machine with hardware help",
    remedy: "take the level process or container there",
  },
  {
    code: "needs-image",
    refuses: ({ hasImage }, { level }) => level === "container" && !hasImage,
    sentence: () => "a container needs an image",
    remedy: "name one with `image:`",
  },
  {
    code: "untrusted",
    refuses: ({ untrusted }, { level }) => untrusted && level !== "vm",
    sentence: (_, { level }) => `code of strangers wants a virtual machine, not a ${level}`,
  },
  {
    code: "needs-root",
    refuses: ({ needsRoot }, { level, offer }) =>
      needsRoot && (level === "process" || (level === "container" && isBatch(offer))),
    sentence: () => "it needs root in a machine of its own",
  },
  {
    code: "needs-kernel",
    refuses: ({ needsKernel }, { level }) => needsKernel && level !== "vm",
    sentence: (_, { level }) => `it needs a kernel of its own, and a ${level} has the host's`,
  },
  {
    code: "interaction",
    refuses: ({ interact }, { offer }) =>
      isBatch(offer) && (interact === "notebook" || interact === "desktop" || interact === "web"),
    sentence: ({ interact }) =>
      `a ${interact} cannot be reached through a batch system without a tunnel`,
    remedy: "use `interact: batch` or `shell` there",
  },
  {
    code: "licence",
    refuses: ({ licenses, licenceServerReachable }) =>
      licenses.length > 0 && !licenceServerReachable,
    sentence: ({ licenses }) => `the licence server of ${licenses.join(", ")} answers only here`,
    remedy: "say `profile.licenseServer: reachable` where it answers from outside",
  },
  {
    code: "residency",
    refuses: ({ residency }, { offer }) =>
      residency !== undefined && !residency.some((start) => offer.region.startsWith(start)),
    sentence: ({ residency }, { offer }) =>
      `its data may only be in ${residency?.join(", ")}, and this is ${offer.region}`,
  },
  {
    code: "no-price",
    refuses: (_, { offer, spot }) => spot && offer.spotPerHour === null,
    sentence: () => "it has no spot price",
  },
];

function isVirtual(offer: Offer): boolean {
  return !offer.bareMetal && !isBatch(offer);
}

/** Ranks that the fullest machine gets. */
function ranksOnOne(need: Need, offer: Offer): number {
  return Math.ceil((need.ranks ?? 1) / machinesFor(need, offer.cpus));
}
