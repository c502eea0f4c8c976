import { shown } from "../base/shown.ts";
import type { Answer } from "./sbatch-values.ts";
import { workloadName } from "./sbatch-request.ts";
import type { SkyRequest } from "./skypilot-request.ts";
import {
  accelerators,
  cpus,
  diskSize,
  imageId,
  memory,
  numNodes,
  ports,
  text,
  wrong,
  written,
} from "./skypilot-values.ts";

/** Takes a value into the request; the answer says what cannot be taken, or what becomes of it. */
export type SkyField = (value: unknown, request: SkyRequest) => Answer;

const choosesPlace = "the plan compares every place; it is not pinned to this one";

/** Members of `resources` and of its alternatives. */
export const resourceFields: Readonly<Record<string, SkyField>> = {
  cpus,
  memory,
  accelerators,
  disk_size: diskSize,
  image_id: imageId,
  ports,
  ...unmapped(choosesPlace, "infra cloud region zone"),
  ...unmapped(
    "what it has is not known here; say cpus and memory beside it",
    "instance_type accelerator_args",
  ),
  use_spot: (value) =>
    value === false
      ? undefined
      : { notice: "whether it runs on spot machines is the plan's choice" },
  ...unmapped("objective.budget limits what a run may cost", "max_hourly_cost"),
  ...unmapped(
    "has no field in a workload",
    "disk_tier network_tier local_disk ephemeral_storage volumes labels",
  ),
  ...unmapped("a machine is given back when its run ends", "autostop"),
  ...unmapped("a run is never started again by itself", "job_recovery spot_recovery"),
  ...unmapped("runs start as they fit", "priority priority_class"),
};

/** Members of a task besides `resources`, `envs`, `secrets` and `file_mounts`. */
export const taskFields: Readonly<Record<string, SkyField>> = {
  name(value, request) {
    request.name = written(value);
    const short = workloadName(request.name);
    if (short === request.name) return undefined;
    return { notice: `the run is named ${short || "run"}` };
  },
  num_nodes: numNodes,
  setup: text("setup"),
  run: text("run"),
  service(_value, request) {
    request.ports = true;
    return {
      notice: "it runs once and to its end, without replicas, probes or a load balancer",
    };
  },
  ...unmapped("settings of SkyPilot's own mean nothing here", "config experimental"),
  ...unmapped(
    "has no field in a workload",
    "event_callback pool volumes volume_mounts managed_secrets api_server_access file_mounts_mapping",
  ),
  ...unmapped(
    "an estimate of SkyPilot's for data between tasks; profile.input and profile.output say it here",
    "inputs outputs",
  ),
};

function unmapped(notice: string, names: string): Record<string, SkyField> {
  return Object.fromEntries(names.split(" ").map((name) => [name, () => ({ notice })]));
}

/** Variables that SkyPilot logs in to a registry with. */
export const registryLogin = /^SKYPILOT_DOCKER_(?:USERNAME|PASSWORD|SERVER)$/;

/** Variables of a task; the names of the ones that the command line gives need no value of their own. */
export function variable(
  name: string,
  value: unknown,
  { env, given }: { env: Record<string, string>; given: ReadonlySet<string> },
): Answer {
  if (registryLogin.test(name))
    return { notice: "Aloft does not log in to registries; log in on this machine with skopeo" };
  if (given.has(name)) return undefined;
  if (value === null)
    return {
      wrong: `it has no value; give it with --env ${name}=VALUE, or --env ${name} for yours`,
    };
  if (value !== "" && written(value) === "") return wrong(value, "a value", "text or a number");
  env[name] = typeof value === "string" ? value : written(value);
  return undefined;
}

/** Nothing of a secret is kept: a run's variables are stored with it and shown. */
export function secret(name: string, value: unknown, given: ReadonlySet<string>): Answer {
  if (given.has(name)) return undefined;
  const remedy = `--env ${name} passes yours on, and then it is kept with the run`;
  return value === null
    ? { wrong: `it has no value; ${remedy}` }
    : { notice: `not passed on, as a run's variables are kept and shown; ${remedy}` };
}

/** What to do with a name that is no variable's. */
export function badName(name: string): Answer {
  return { wrong: `${shown(name)} is no variable's name: letters, digits and _, no digit first` };
}
