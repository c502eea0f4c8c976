import type { WorkloadInput } from "../model/workload.ts";
import type { Answers } from "./ask-answers.ts";

/** The workload that answers describe: what was answered, and what its kind means. Nothing else is said. */
export function workloadOf(answers: Answers): WorkloadInput {
  const { command, name, image, inputs, outputs, interact, licenses } = answers;
  return {
    command,
    ...filled({
      name,
      image,
      resources: resourcesOf(answers),
      parallel: parallelOf(answers),
      inputs: inputs.length === 0 ? undefined : inputs,
      outputs: outputs.length === 0 ? undefined : outputs,
      interact: interact === "batch" ? undefined : interact,
      licenses,
      profile: profileOf(answers),
      objective: objectiveOf(answers),
    }),
  };
}

type Part<Name extends keyof WorkloadInput> = WorkloadInput[Name];

function resourcesOf({ kind, cpus, memory, time, gpus = 1 }: Answers): Part<"resources"> {
  return some(filled({ cpus, memory, time, gpus: kind === "accelerated" ? gpus : undefined }));
}

function parallelOf({ kind, tasks, ranks, cpus = 1 }: Answers): Part<"parallel"> {
  if (kind === "independent" && tasks !== undefined) return { kind: "array", count: tasks };
  if (kind === "coupled" && ranks !== undefined) return { kind: "mpi", ranks };
  return cpus > 1 ? { kind: "threads" } : undefined;
}

function profileOf(answers: Answers): Part<"profile"> {
  const { kind, machines, measured, licenseServer, dataSize, dataAt } = answers;
  const talk = kind === "coupled" ? ("tight" as const) : undefined;
  return some(
    filled({
      coupling: kind === "independent" ? ("none" as const) : talk,
      machines,
      measured: measured === undefined ? undefined : [{ on: "here", time: measured }],
      input: some(filled({ bytes: dataSize, at: dataAt })),
      licenseServer,
    }),
  );
}

function objectiveOf({ minimise, deadline, budget, currency }: Answers): Part<"objective"> {
  return some(filled({ minimise, deadline, budget, currency }));
}

type Filled<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without absent members. */
function filled<T extends object>(members: T): Filled<T> {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Filled<T>;
}

/** `undefined` where there is no member. */
function some<T extends object>(members: T): T | undefined {
  return Object.keys(members).length === 0 ? undefined : members;
}
