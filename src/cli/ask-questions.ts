import type { Kind, SomeAnswers, Topic } from "./ask-answers.ts";

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** One question of the form. Text that is left empty is no answer. */
export interface Question {
  readonly topic: Topic;
  readonly message: string;
  /** Of what is asked by choice; the first is proposed. */
  readonly choices?: readonly Choice[];
  readonly example?: string;
  /** What typed text means; text itself where absent. */
  readonly read?: (text: string) => unknown;
  /** Whether it is worth asking, given the answers before it. Default: always. */
  readonly asked?: (answers: SomeAnswers) => boolean;
}

export const questions: readonly Question[] = [
  {
    topic: "kind",
    message: "What kind of workload is it?",
    choices: [
      { value: "single", label: "One program", hint: "on one core or several" },
      { value: "memory", label: "Much memory on few cores" },
      { value: "independent", label: "Many independent tasks", hint: "embarrassingly parallel" },
      { value: "coupled", label: "Tightly coupled", hint: "MPI ranks that talk all the time" },
      { value: "accelerated", label: "On gpus" },
    ],
  },
  { topic: "name", message: "A short name for it", example: "beam" },
  { topic: "command", message: "What is the command?", example: "./solve beam.inp" },
  {
    topic: "image",
    message: "Which image holds the program? Empty: it is on the machine itself",
    example: "debian:bookworm, docker://python:3.12",
  },
  {
    topic: "tasks",
    message: "How many tasks?",
    example: "100",
    read: number,
    asked: is("independent"),
  },
  {
    topic: "ranks",
    message: "How many MPI ranks?",
    example: "64",
    read: number,
    asked: is("coupled"),
  },
  {
    topic: "machines",
    message: "On how many machines? Empty: as few as will do",
    example: "4",
    read: number,
    asked: is("coupled"),
  },
  {
    topic: "gpus",
    message: "How many gpus?",
    example: "1",
    read: number,
    asked: is("accelerated"),
  },
  {
    topic: "cpus",
    message: "How many cores, for each task where there are tasks? Empty: one",
    example: "4",
    read: number,
    asked: ({ kind }) => kind !== "coupled",
  },
  {
    topic: "memory",
    message: "How much memory, for each task where there are tasks?",
    example: "16 GiB",
  },
  { topic: "time", message: "After what time should it be ended? Empty: never", example: "2h" },
  {
    topic: "measured",
    message: "How long did it take when you last ran it on this machine?",
    example: "42m",
  },
  {
    topic: "inputs",
    message: "Which files beside the workload file does it read?",
    example: "beam.inp, mesh/*.msh",
    read: list,
  },
  { topic: "dataSize", message: "How much other data does it read?", example: "200 GiB" },
  {
    topic: "dataAt",
    message: "Where is that data now?",
    example: "here, aws/us-east-1",
    asked: ({ dataSize }) => dataSize !== undefined,
  },
  {
    topic: "outputs",
    message: "Which files in its working folder are the result?",
    example: "results/*.csv",
    read: list,
  },
  {
    topic: "interact",
    message: "How will you use it while it runs?",
    choices: [
      { value: "batch", label: "Not at all", hint: "batch" },
      { value: "shell", label: "In a shell" },
      { value: "notebook", label: "In a notebook" },
      { value: "desktop", label: "On a desktop" },
      { value: "web", label: "In a browser" },
    ],
  },
  {
    topic: "licenses",
    message: "Which licensed software does it use, and how many tokens?",
    example: "fluent:4, abaqus:1",
    read: tokens,
  },
  {
    topic: "licenseServer",
    message: "Where does the licence server answer?",
    choices: [
      { value: "here", label: "Only here" },
      { value: "reachable", label: "From anywhere" },
    ],
    asked: ({ licenses }) => licenses !== undefined,
  },
  {
    topic: "minimise",
    message: "What matters more?",
    choices: [
      { value: "time", label: "To have the result soon" },
      { value: "cost", label: "To pay little" },
    ],
  },
  { topic: "deadline", message: "By when must the result be there, from now?", example: "8h" },
  { topic: "budget", message: "What may it cost at the most?", example: "25", read: number },
  {
    topic: "currency",
    message: "In which currency? SU for service units of an allocation",
    example: "EUR",
    asked: ({ budget }) => budget !== undefined,
  },
];

function is(kind: Kind) {
  return (answers: SomeAnswers): boolean => answers.kind === kind;
}

/** Text that is no number stays text, for the schema to refuse. */
function number(text: string): unknown {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** `fluent:4, abaqus` */
function tokens(text: string): unknown {
  const pairs = list(text).map((one): [string, unknown] => {
    const [, name = one, count = "1"] = /^(.*?)\s*:\s*(\S+)$/.exec(one) ?? [];
    return [name, number(count)];
  });
  return Object.fromEntries(pairs);
}
