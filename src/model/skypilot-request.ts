import { workloadName } from "./sbatch-request.ts";
import { skyCommand } from "./skypilot-command.ts";
import type { WorkloadInput } from "./workload.ts";

/** What stands in the working folder and is looked for elsewhere. */
export interface SkyMount {
  /** Where the task looks for it: absolute, in the home folder (`~/x`), or relative to where it starts. */
  readonly target: string;
  /** A path of this machine, absolute, in the home folder, or relative to the task file. */
  readonly source: string;
}

/** What a task asks for, in SkyPilot's terms; sizes are those of one node. */
export interface SkyRequest {
  name?: string;
  nodes?: number;
  cpus?: number;
  /** Bytes, or bytes for each cpu. */
  memory?: { readonly bytes: number; readonly each: "node" | "cpu" };
  gpus?: number;
  /** Bytes. */
  disk?: number;
  /** A reference of a registry. */
  image?: string;
  /** It listens for somebody. */
  ports?: boolean;
  setup?: string;
  run?: string;
  /** The folder of this machine that it starts in a copy of. */
  folder?: string;
  /** The platform that holds its data. */
  dataAt?: string;
  readonly env: Record<string, string>;
  readonly mounts: SkyMount[];
}

/** What SkyPilot tells a task on a cluster of one node (docs.skypilot.co, environment variables). */
function nodeVariables({ gpus = 0 }: SkyRequest): Record<string, string> {
  return {
    SKYPILOT_NODE_IPS: "127.0.0.1",
    SKYPILOT_NODE_RANK: "0",
    SKYPILOT_NUM_NODES: "1",
    SKYPILOT_NUM_GPUS_PER_NODE: String(gpus),
  };
}

/** Cpus of all nodes; each has one at the least. `undefined`: not said. */
export function allCpus({ cpus, nodes = 1 }: SkyRequest): number | undefined {
  if (cpus !== undefined) return cpus * nodes;
  return nodes > 1 ? nodes : undefined;
}

/** `steps` make the image ready, in place of the set-up before each run. */
export function requestedTask(request: SkyRequest, steps: string | undefined): WorkloadInput {
  const { name, nodes = 1, gpus, disk, image, mounts, folder } = request;
  const cpus = allCpus(request);
  const memory = allMemory(request);
  const sources = [
    ...(folder === undefined ? [] : [folder]),
    ...mounts.map(({ source }) => source),
  ];
  const short = name === undefined ? "" : workloadName(name);
  return {
    command: skyCommand(steps === undefined ? request : { ...request, setup: undefined }),
    ...(short === "" ? {} : { name: short }),
    ...(image === undefined ? {} : { image: imageOf(image, steps) }),
    // A machine of a cloud reaches the internet; a process without an image does in any case.
    ...(image === undefined ? {} : { network: "nat" as const }),
    env: { ...nodeVariables(request), ...request.env },
    resources: {
      ...(cpus === undefined ? {} : { cpus }),
      ...(memory === undefined ? {} : { memory }),
      ...(disk === undefined ? {} : { disk }),
      ...(gpus === undefined || gpus === 0 ? {} : { gpus: gpus * nodes }),
    },
    parallel: { kind: (request.cpus ?? 1) > 1 ? "threads" : "serial" },
    inputs: [...new Set(sources)],
    ...(request.ports ? { interact: "web" as const } : {}),
    ...profileOf(request),
  };
}

function imageOf(reference: string, steps: string | undefined): WorkloadInput["image"] {
  const from = `docker://${reference}`;
  return steps === undefined ? from : { from, run: [steps] };
}

function allMemory({ memory, cpus, nodes = 1 }: SkyRequest): number | undefined {
  if (memory === undefined) return undefined;
  if (memory.each === "node") return memory.bytes * nodes;
  return cpus === undefined ? undefined : memory.bytes * cpus * nodes;
}

function profileOf({ nodes = 1, dataAt }: SkyRequest): Pick<WorkloadInput, "profile"> {
  if (nodes === 1 && dataAt === undefined) return {};
  return {
    profile: {
      ...(nodes === 1 ? {} : { machines: nodes }),
      ...(dataAt === undefined ? {} : { input: { at: dataAt } }),
    },
  };
}
