import * as z from "zod";

/** How far from the hardware. `process` has the host's own kernel, network and process table. */
export const Level = z.enum(["process", "container", "vm"]);
export type Level = z.infer<typeof Level>;

/** The programs that provide a level. `host` is a bare process in the host's own environment. */
export const engineLevels = {
  host: "process",
  bubblewrap: "process",
  crun: "container",
  runc: "container",
  qemu: "vm",
  uml: "vm",
} as const satisfies Record<string, Level>;

export const EngineName = z.enum(
  Object.keys(engineLevels) as [keyof typeof engineLevels, ...(keyof typeof engineLevels)[]],
);
export type EngineName = z.infer<typeof EngineName>;

/** Engines whose time is the bare machine's but for a few per cent. The others have a slowdown that only their own runs tell. */
export const bareEngines: ReadonlySet<EngineName> = new Set(["host", "bubblewrap", "crun", "runc"]);

export const Network = z.enum(["none", "host", "nat"]);
export type Network = z.infer<typeof Network>;

/** What a probe found out by really using the engine. */
export const Availability = z.object({
  available: z.boolean(),
  /** Version and variant where available ("crun 1.8.1", "qemu 7.2 with TCG"), else why not. */
  detail: z.string(),
  /** The command or step that would change it; absent where nothing is missing. */
  remedy: z.string().optional(),
  /** Hardware help the engine has proved to work, for `vm`: `kvm`, or `none` for emulation. */
  acceleration: z.enum(["kvm", "none"]).optional(),
});
export type Availability = z.infer<typeof Availability>;

/** What an engine can do, as data: the planner refuses candidates by it. */
export const EngineAbilities = z.object({
  networks: z.array(Network),
  image: z.enum(["required", "impossible"]),
  /** The most CPUs one run may have; `null` where only the host limits it. */
  maxCpus: z.number().int().positive().nullable(),
});
export type EngineAbilities = z.infer<typeof EngineAbilities>;

export const EngineReport = z.object({
  level: Level,
  engine: EngineName,
  abilities: EngineAbilities,
  availability: Availability,
});
export type EngineReport = z.infer<typeof EngineReport>;
