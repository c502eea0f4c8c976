/** What one measurement gave, in milliseconds from its start. */
export interface Sample {
  /** To the end of the program, as its caller sees it. */
  readonly end: number;
  /** To the program's first output; measured where it may differ much from the end. */
  readonly first?: number;
}

/** Contenders of one group take turns: each round measures all of them in random order. */
export const groups = ["start", "vm", "cli"] as const;
export type Group = (typeof groups)[number];

/** One way to start a program that does nothing. */
export interface Contender {
  readonly name: string;
  /** The command or request, for whoever wants to repeat it. */
  readonly how: string;
  measure(): Promise<Sample>;
}

export interface Unmeasured {
  readonly name: string;
  readonly reason: string;
}

/** Contenders that are prepared together, and cannot be measured together where that fails. */
export interface Part {
  readonly group: Group;
  readonly names: readonly string[];
  prepare(): Promise<readonly Contender[]>;
}

/** Names are what results and targets refer to. */
export const names = {
  bare: "bare child",
  bareAgain: "bare child, again",
  bareNode: "bare child of Node",
  bwrap: "bwrap by hand",
  processLevel: "aloft process level, job.sh by hand",
  bubblewrap: "aloft process (bubblewrap)",
  host: "aloft process (host)",
  crunByHand: "crun run by hand",
  crunNoCgroups: "crun run by hand, without cgroups",
  crun: "aloft container (crun)",
  runcByHand: "runc run by hand",
  runc: "aloft container (runc)",
  podman: "podman run --rm",
  docker: "docker run --rm",
  qemuByHand: "qemu by hand",
  qemu: "aloft vm (qemu)",
  umlByHand: "uml by hand",
  uml: "aloft vm (uml)",
  node: "node -e 0",
  cliVersion: "./aloft --version",
  cliStatus: "./aloft status",
  cliPs: "./aloft ps",
  bundleVersion: "node dist/app/main.js --version",
} as const;

/** The series of a contender's first outputs. */
export function firstOutput(name: string): string {
  return `${name}: first output`;
}
