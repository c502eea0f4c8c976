import type { Workload } from "./workload.ts";

/**
 * The same for two workloads whose run times can be compared: a hash of what influences run time. Name, outputs, metrics,
 * network, disk and time limit do not, nor does what only planning uses (interact, licenses, profile, objective); level
 * and engine are compared, not part of what is. Of an array only that it is one: its tasks share one history, whatever
 * their number and values. Inputs count by path: their content is not known here.
 * The prefix changes when the meaning does, so that old history is not mistaken for new.
 */
export function fingerprint(workload: Workload): string {
  return `w1-${hashOf(influences(workload))}`;
}

/** What influences run time. */
export function influences({
  image,
  command,
  env,
  workdir,
  resources,
  parallel,
  inputs,
}: Workload) {
  const { cpus, memory, gpus } = resources;
  const shape = parallel.kind === "array" ? { kind: parallel.kind } : parallel;
  // Variables of schedulers repeat the name, the resources and the range of an array.
  const own = Object.entries(env).filter(([name]) => !/^(?:SLURM|SKYPILOT)_/.test(name));
  return {
    image,
    command,
    env: Object.fromEntries(own),
    workdir,
    cpus,
    memory,
    gpus,
    shape,
    inputs,
  };
}

/** Equal for equal values, in whatever order their members stand; absent members do not count. */
export function hashOf(value: unknown): string {
  return fnv1a128(canonical(value));
}

/** JSON with sorted keys and without absent ones: equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}

const basis = 0x6c62272e07bb014262b821756295c58dn;
const prime = 0x1000000000000000000013bn;

/** FNV-1a of the UTF-8 text, 128 bits in hexadecimal (draft-eastlake-fnv, parameters of section 5). Not cryptographic. */
export function fnv1a128(text: string): string {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(32, "0");
}
