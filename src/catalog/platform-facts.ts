import type { Billing, Offer } from "../model/offer.ts";

/**
 * What providers publish for all their machines, for files that do not repeat it in every row. Only rules that we know: a
 * platform that is not here must be told by whoever imports a file.
 */
const billing: Record<string, Billing> = {
  // https://aws.amazon.com/ec2/pricing/on-demand/: Linux by the second, at least 60 seconds.
  aws: { granularitySeconds: 1, minimumSeconds: 60 },
  // https://cloud.google.com/compute/vm-instance-pricing: by the second, at least one minute.
  gcp: { granularitySeconds: 1, minimumSeconds: 60 },
  // By the second; at least five minutes since 2025-06-01: https://learn.microsoft.com/en-us/answers/questions/2259765
  azure: { granularitySeconds: 1, minimumSeconds: 300 },
};

export function billingOf(platform: string): Billing | undefined {
  return billing[platform];
}

const architectures: Record<string, string> = {
  x64: "x64",
  amd64: "x64",
  x86_64: "x64",
  arm64: "arm64",
  aarch64: "arm64",
  ppc64: "ppc64",
  ppc64le: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  loong64: "loong64",
};

/** Every name that an architecture may be given by. */
export const architectureNames = Object.keys(architectures);

/** As Node names it; `undefined` for a name that we do not know. */
export function architectureNamed(name: string): string | undefined {
  return Object.hasOwn(architectures, name.toLowerCase())
    ? architectures[name.toLowerCase()]
    : undefined;
}

/** Shapes with Arm processors, by the providers' own naming rules; all their others are x86. */
const armShapes: Record<string, RegExp> = {
  // A `g` after the generation is Graviton, `a1` was the first, GB200 has Grace: https://docs.aws.amazon.com/ec2/latest/instancetypes/
  aws: /^(?:(?:a1|[a-z]+\d+g[a-z]*)\.|p6e-gb)/,
  // Ampere T2A, Axion C4A and N4A, Grace A4X: https://cloud.google.com/compute/docs/machine-resource
  gcp: /^(?:t2a|c4a|n4a|a4x)-/,
  // A `p` among the features is Arm: https://learn.microsoft.com/en-us/azure/virtual-machines/vm-naming-conventions
  azure: /^Standard_(?:[A-Z]+\d+(?:-\d+)?[a-z]*p[a-z]*_|\w*_GB\d+_)/,
};

export function architectureOf(platform: string, shape: string): string | undefined {
  const arm = armShapes[platform];
  return arm && (arm.test(shape) ? "arm64" : "x64");
}

/**
 * Whether a vCPU is a core. AWS: one thread of two, but a whole core of Graviton, of AMD's since the seventh generation and of the hpc types
 * (https://docs.aws.amazon.com/ec2/latest/instancetypes/). Google: a core of T2A, T2D, C4A, N4A, H3 and H4D
 * (https://cloud.google.com/compute/docs/cpu-platforms). `null` where a shape is older than these rules.
 */
export function cpuKindOf(platform: string, shape: string): Offer["cpuKind"] {
  if (platform === "gcp") return /^(?:t2a|t2d|c4a|n4a|a4x|h3|h4d)-/.test(shape) ? "core" : "thread";
  if (platform !== "aws") return null;
  if (/^(?:a1|[a-z]+\d+g[a-z]*|[cmr][78]a|hpc\d[a-z]*)\./.test(shape)) return "core";
  const [, family = "", generation = ""] = /^([a-z]+)(\d+)/.exec(shape) ?? [];
  const modern = Number(generation) >= 5 && /^[cmrdixzg]+$/.test(family);
  return modern || /^t3a?\./.test(shape) ? "thread" : null;
}

/** Machines without a hypervisor carry it in their names at AWS and Google (`metal`) and at Oracle (`BM.`). */
export function isBareMetal(platform: string, shape: string): boolean {
  return /^(?:aws|gcp)$/.test(platform) ? /[.-]metal(?:-|$)/.test(shape) : shape.startsWith("BM.");
}

/** Shapes with an Elastic Fabric Adapter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html, as of 2026. */
const efaShapes =
  /^(?:hpc\d|p[56]|p[34]d|trn2|(?:trn1n?|[cmr]6id?n?|[ix][24]i?e?d?n?|r7iz|i4i)\.(?:32xlarge|metal)|[cmr][678]a\.(?:48xlarge|metal)|[cmr]7i\.(?:48xlarge|metal-48)|[cmr]8i[bdn]*\.(?:48|96|metal)|[cmr]7gd?\.(?:16xlarge|metal)|[cmrx]8gd?\.(?:24|48|metal)|c[67]gn\.(?:16xlarge|metal)|[cmr]8g[bn]\.(?:16|24|48|metal)|c5n\.(?:9|18|metal)|[mr]5d?n\.(?:24|metal)|g(?:5|6|6e)\.(?:8|12|16|24|48)x|g4dn\.(?:8|12|16|metal)|u7i)/;

/** Whether a shape's name tells of remote direct memory access: `r` in Azure's H and N series, as in HB120rs_v3. */
export function hasRdma(platform: string, shape: string): boolean {
  if (platform === "azure") return /^Standard_(?:H|N)[A-Z]*\d+(?:-\d+)?[a-qs-z]*r/.test(shape);
  if (platform === "aws") return efaShapes.test(shape);
  return platform === "gcp" && shape.startsWith("h4d-");
}

/** Google's series that are sold only with accelerators, which SkyPilot's file prices in rows of their own. */
export function isPricedWithoutItsAccelerators(platform: string, shape: string): boolean {
  return platform === "gcp" && /^(?:a\d+x?|g\d+)-/.test(shape);
}
