import { formatBytes } from "../base/bytes.ts";
import { shown } from "../base/shown.ts";
import type { Profile } from "./profile.ts";
import { fieldName, type FieldPath, type Problem } from "./workload-problem.ts";
import type { Workload } from "./workload.ts";

/** Less memory or disk than any program has use for: a forgotten unit. */
const leastBytes = 1024 ** 2;

type Check = (workload: Workload, profile: Profile) => Problem[];

/** What makes a profile impossible, by itself or beside the rest of its workload. Pure. */
export function checkProfile(workload: Workload): Problem[] {
  const { profile } = workload;
  return profile ? checks.flatMap((check) => check(workload, profile)) : [];
}

/** What is possible and yet will not do what was meant: a sentence each. */
export function profileNotices({ env, licenses, profile }: Workload): string[] {
  const variable = profile?.size?.variable;
  const notices: string[] = [];
  if (variable !== undefined && !Object.hasOwn(env, variable))
    notices.push(
      `profile.size.variable: env has no ${variable}; without it a trial cannot run smaller sizes`,
    );
  if (profile?.licenseServer !== undefined && licenses === undefined)
    notices.push("profile.licenseServer: licenses names no licence, so it counts for nothing");
  return notices;
}

const checks: readonly Check[] = [
  rankMemory,
  smallSizes,
  enoughCpus,
  measuredRuns,
  measuredSizes,
  knownArchitectures,
  placesOfData,
  wayOut,
];

function rankMemory({ parallel, resources }: Workload, { memoryPerRank }: Profile): Problem[] {
  if (memoryPerRank === undefined) return [];
  const path = ["profile", "memoryPerRank"];
  if (parallel.kind !== "mpi") {
    const message = `memory per rank needs ranks, but parallel is ${parallel.kind}; write parallel: { kind: mpi, ranks: … } or resources.memory`;
    return [{ path, message, expected: "parallel of the kind mpi", found: parallel.kind }];
  }
  const sum = memoryPerRank * parallel.ranks;
  if (resources.memory === undefined || sum <= resources.memory) return [];
  const message = `${parallel.ranks} ranks of ${formatBytes(memoryPerRank)} are ${formatBytes(sum)}, but resources.memory is ${formatBytes(resources.memory)}`;
  return [{ path, message, found: formatBytes(memoryPerRank) }];
}

function smallSizes(_: Workload, { memoryPerRank, scratch }: Profile): Problem[] {
  return Object.entries({ memoryPerRank, scratch }).flatMap(([field, bytes]) => {
    if (bytes === undefined || bytes >= leastBytes) return [];
    const found = formatBytes(bytes);
    const suggestion = `${bytes} GiB`;
    const message = `${found} is too little for any program; did you mean "${suggestion}"?`;
    return [{ path: ["profile", field], message, found, expected: "at least 1 MiB", suggestion }];
  });
}

function enoughCpus({ resources, parallel }: Workload, { machines }: Profile): Problem[] {
  const cpus = resources.cpus ?? (parallel.kind === "mpi" ? parallel.ranks : 1);
  return tooMany(["profile", "machines"], machines, cpus);
}

/** A machine without a cpu of the run has nothing to do. */
function tooMany(path: FieldPath, machines: number | undefined, cpus: number): Problem[] {
  if (machines === undefined || machines === 1 || machines <= cpus) return [];
  const message = `${fieldName(path)} is ${machines}, but they share ${cpus} cpu${cpus === 1 ? "" : "s"}; expected a cpu for each machine: fewer machines, or more resources.cpus`;
  return [{ path, message, expected: `at most ${cpus}`, found: String(machines) }];
}

function measuredRuns(_: Workload, { measured = [] }: Profile): Problem[] {
  return measured.flatMap(({ on, machines, cpus }, index) => {
    const path = ["profile", "measured", index];
    const many = cpus === undefined ? [] : tooMany([...path, "machines"], machines, cpus);
    if (on.trim() !== "") return many;
    const expected = "here or an offer of the catalogue";
    return [
      { path: [...path, "on"], message: `on is blank; expected ${expected}`, expected },
      ...many,
    ];
  });
}

function measuredSizes(_: Workload, { measured = [], size }: Profile): Problem[] {
  const index = measured.findIndex((run) => run.size !== undefined);
  if (index < 0 || size) return [];
  const message =
    "a measured run tells its input size, but this workload's own is not known; add profile.size: { value: … }";
  return [{ path: ["profile", "measured", index, "size"], message, expected: "profile.size too" }];
}

/** `process.arch` of Node.js. */
const architectures = [
  "x64",
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips",
  "mipsel",
  "ppc64",
  "riscv64",
  "s390x",
] as const;

/** As uname, Debian, Docker and LLVM have them. */
const otherNames: Record<string, (typeof architectures)[number]> = {
  x86_64: "x64",
  "x86-64": "x64",
  amd64: "x64",
  aarch64: "arm64",
  armhf: "arm",
  armv7l: "arm",
  i386: "ia32",
  i686: "ia32",
  x86: "ia32",
  loongarch64: "loong64",
  ppc64le: "ppc64",
  ppc64el: "ppc64",
};

function knownArchitectures(_: Workload, profile: Profile): Problem[] {
  return (profile.architectures ?? []).flatMap((name, index) => {
    if (architectures.some((one) => one === name)) return [];
    const lower = name.toLowerCase();
    const suggestion = Object.hasOwn(otherNames, lower) ? otherNames[lower] : undefined;
    const expected = `one of ${architectures.join(", ")}`;
    const meant =
      suggestion === undefined ? `expected ${expected}` : `did you mean "${suggestion}"?`;
    const message = `${shown(name)} is no architecture as Node.js names them; ${meant}`;
    const base = { path: ["profile", "architectures", index], message, expected, found: name };
    return suggestion === undefined ? [base] : [{ ...base, suggestion }];
  });
}

/** Object stores by the scheme of their addresses. */
const stores: Record<string, string> = { s3: "aws", gs: "gcp", azure: "azure", abfs: "azure" };

function placesOfData(_: Workload, { input, output }: Profile): Problem[] {
  return Object.entries({ input, output }).flatMap(([field, data]) => {
    const at = data?.at;
    if (at === undefined || /^[\w.-]+(?:\/[\w.-]+)?$/.test(at)) return [];
    const scheme = /^(\w+):\/\//.exec(at)?.[1]?.toLowerCase() ?? "";
    const suggestion = Object.hasOwn(stores, scheme) ? stores[scheme] : undefined;
    const expected = 'here, or a platform and region such as "aws/us-east-1"';
    const message = `${shown(at)} is no place; expected ${expected}`;
    const base = { path: ["profile", field, "at"], message, expected, found: at };
    return suggestion === undefined ? [base] : [{ ...base, suggestion }];
  });
}

function wayOut({ network }: Workload, { needs = [] }: Profile): Problem[] {
  const index = needs.indexOf("internet");
  if (index < 0 || network !== "none") return [];
  const message = "it needs the internet, but network is none; write network: nat or host";
  return [{ path: ["profile", "needs", index], message, expected: "network: nat or host" }];
}
