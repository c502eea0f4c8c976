/**
 * How the Cloud Billing catalogue names cores and memory of a machine family in a SKU's description: "N2 Instance Core running
 * in Americas", "N2 Instance Ram running in Americas", each also with "Spot Preemptible " before it. Names as read by
 * SkyPilot (fetch_gcp.py) and karpenter-provider-gcp (families.go), which agree where both have a family. Left out: families
 * whose machines have parts with prices of their own (A2 and later, G2: accelerators; Z3: disks; M2: a premium).
 */
const families: Readonly<Record<string, readonly string[]>> = {
  c2: ["Compute optimized", "Compute optimized Instance"],
  c2d: ["C2D AMD Instance"],
  c3: ["C3 Instance"],
  c3d: ["C3D Instance"],
  c4: ["C4 Instance"],
  c4a: ["C4A Arm Instance"],
  c4d: ["C4D Instance"],
  e2: ["E2 Instance"],
  h3: ["H3 Instance"],
  m1: ["Memory-optimized Instance"],
  m3: ["M3 Memory-optimized Instance"],
  n1: ["N1 Predefined Instance"],
  n2: ["N2 Instance"],
  n2d: ["N2D AMD Instance"],
  n4: ["N4 Instance"],
  t2a: ["T2A Arm Instance"],
  t2d: ["T2D AMD Instance"],
};
const byName = new Map(
  Object.entries(families).flatMap(([family, names]) => names.map((name) => [name, family])),
);

/** `spot`: of machines that Google may take back at any time. */
export interface Part {
  readonly family: string;
  readonly part: "core" | "memory";
  readonly spot: boolean;
}

const pattern = /^((?:Spot )?Preemptible )?(.+) (Core|Ram) running in ./;
/** Other ways to pay for the same part. */
const otherwise = /commitment|reserved|custom|sole tenancy|premium|DWS|calendar|extended/i;

/** The part of a machine that a SKU with this description prices; `undefined` for anything else. */
export function parsePart(description: string): Part | undefined {
  const [, spot, name = "", part] = pattern.exec(description) ?? [];
  const family = byName.get(name);
  if (family === undefined || otherwise.test(description)) return undefined;
  return { family, part: part === "Core" ? "core" : "memory", spot: spot !== undefined };
}

/** Named for a family and charged otherwise: older names of M1, customised shapes, bare metal. */
const exceptions = /^n1-(?:mega|ultra)mem-|-custom-|-metal$/;

/** `n2` of `n2-standard-16`; `undefined` where the price is not known to be that of the family's cores and memory. */
export function familyOf(shape: string): string | undefined {
  const [family = ""] = shape.split("-");
  return Object.hasOwn(families, family) && !exceptions.test(shape) ? family : undefined;
}

/**
 * Machines that share cores show two cpus and are charged for less (https://cloud.google.com/compute/vm-instance-pricing,
 * shared-core machine types).
 */
export const chargedCores: Readonly<Partial<Record<string, number>>> = {
  "e2-micro": 0.25,
  "e2-small": 0.5,
  "e2-medium": 1,
};
