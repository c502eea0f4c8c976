import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Heading in the help. */
  readonly group: string;
  readonly hidden?: boolean;
  readonly load: () => Promise<Command>;
}

const runs = "Runs:";
const images = "Images:";
const catalog = "Catalogue of offers:";
const machine = "This machine:";

/** What the members of a group do together. */
export const groupSummaries: Readonly<Record<string, string>> = {
  image: "build, list and remove images",
  catalog: "which machines can be had where, and what they cost",
};

/** Every command there is. A name of two words is a command of a group. */
export const commands: readonly CommandEntry[] = [
  {
    name: "ask",
    summary: "ask what decides where a workload should run, and write its file",
    group: runs,
    load: async () => (await import("./commands/ask.ts")).ask,
  },
  {
    name: "plan",
    summary: "say where a workload could run, how long it would take, and why not elsewhere",
    group: runs,
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "run",
    summary:
      "run a workload file, a batch script, a SkyPilot task or a command, and show its output live",
    group: runs,
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "compare",
    summary: "run a workload at every level and show what each level costs",
    group: runs,
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  {
    name: "trial",
    summary: "make small runs of a workload, so that a plan can tell how long the full one takes",
    group: runs,
    load: async () => (await import("./commands/trial.ts")).trial,
  },
  {
    name: "accuracy",
    summary: "how well runs were predicted: predictions beside facts, by engine and term",
    group: runs,
    load: async () => (await import("./commands/accuracy.ts")).accuracy,
  },
  {
    name: "ps",
    summary: "list runs",
    group: runs,
    load: async () => (await import("./commands/ps.ts")).ps,
  },
  {
    name: "show",
    summary: "everything that is known of a run",
    group: runs,
    load: async () => (await import("./commands/show.ts")).show,
  },
  {
    name: "logs",
    summary: "what a run wrote",
    group: runs,
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "wait",
    summary: "wait until runs have ended",
    group: runs,
    load: async () => (await import("./commands/wait.ts")).wait,
  },
  {
    name: "cancel",
    summary: "end runs",
    group: runs,
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  {
    name: "rerun",
    summary: "run the workload of an earlier run again",
    group: runs,
    load: async () => (await import("./commands/rerun.ts")).rerun,
  },
  {
    name: "image build",
    summary: "build an image from a workload file, a recipe or a source",
    group: images,
    load: async () => (await import("./commands/image-build.ts")).imageBuild,
  },
  {
    name: "image pull",
    summary: "fetch an image from a registry",
    group: images,
    load: async () => (await import("./commands/image-pull.ts")).imagePull,
  },
  {
    name: "image ls",
    summary: "list images",
    group: images,
    load: async () => (await import("./commands/image-ls.ts")).imageLs,
  },
  {
    name: "image show",
    summary: "everything that is known of an image",
    group: images,
    load: async () => (await import("./commands/image-show.ts")).imageShow,
  },
  {
    name: "image rm",
    summary: "remove images",
    group: images,
    load: async () => (await import("./commands/image-rm.ts")).imageRm,
  },
  {
    name: "image gc",
    summary: "remove images and build steps that nothing needs",
    group: images,
    load: async () => (await import("./commands/image-gc.ts")).imageGc,
  },
  {
    name: "catalog ls",
    summary: "list offers",
    group: catalog,
    load: async () => (await import("./commands/catalog-ls.ts")).catalogLs,
  },
  {
    name: "catalog show",
    summary: "everything that is known of an offer",
    group: catalog,
    load: async () => (await import("./commands/catalog-show.ts")).catalogShow,
  },
  {
    name: "catalog check",
    summary: "offers that are old, odd or contradict one another",
    group: catalog,
    load: async () => (await import("./commands/catalog-check.ts")).catalogCheck,
  },
  {
    name: "catalog import",
    summary: "add offers from a CSV file",
    group: catalog,
    load: async () => (await import("./commands/catalog-import.ts")).catalogImport,
  },
  {
    name: "catalog update",
    summary: "read the public prices of AWS, Google Cloud or Azure",
    group: catalog,
    load: async () => (await import("./commands/catalog-update.ts")).catalogUpdate,
  },
  {
    name: "catalog rm",
    summary: "remove imported offers",
    group: catalog,
    load: async () => (await import("./commands/catalog-rm.ts")).catalogRm,
  },
  {
    name: "catalog sources",
    summary: "where the offers come from",
    group: catalog,
    load: async () => (await import("./commands/catalog-sources.ts")).catalogSources,
  },
  {
    name: "doctor",
    summary: "what this machine can do, what it cannot, and what would change it",
    group: machine,
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "setup",
    summary: "install the system packages that the levels need",
    group: machine,
    load: async () => (await import("./commands/setup.ts")).setup,
  },
  {
    name: "up",
    summary: "start Aloft in the background",
    group: machine,
    load: async () => (await import("./commands/up.ts")).up,
  },
  {
    name: "down",
    summary: "stop Aloft; runs go on",
    group: machine,
    load: async () => (await import("./commands/down.ts")).down,
  },
  {
    name: "status",
    summary: "whether Aloft runs, and what it is doing",
    group: machine,
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "schema",
    summary: "the JSON Schema of the files that users write, for editors",
    group: machine,
    load: async () => (await import("./commands/schema.ts")).schema,
  },
  {
    name: "completion",
    summary: "the completion script for a shell",
    group: machine,
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    name: "__complete",
    summary: "what could stand at the end of a command line",
    group: machine,
    hidden: true,
    load: async () => (await import("./commands/complete.ts")).complete,
  },
];

/** The command that the first words name, and how many of them do. */
export function findCommand(
  words: readonly string[],
): { entry: CommandEntry; words: number } | undefined {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(" ");
    const entry = words.length >= count && commands.find((one) => one.name === name);
    if (entry) return { entry, words: count };
  }
  return undefined;
}
