import { stringify } from "yaml";
import type { WorkloadInput } from "../model/workload.ts";
import { type Answers, type Kind } from "./ask-answers.ts";
import { workloadOf } from "./ask-workload.ts";

/** Columns of a line before YAML would fold it: never, as a folded command is hard to read. */
const unfolded = 0;

/**
 * The workload file for sound answers: what was answered, a comment with each part, and at the end what would make its plan
 * better. `file` is what the comments call it.
 */
export function workloadText(answers: Answers, file: string): string {
  const workload = workloadOf(answers);
  const sections = order.flatMap((field) => {
    const value = workload[field];
    if (value === undefined) return [];
    return [`${comment(commentsOf(answers)[field])}${asYaml({ [field]: value })}`];
  });
  return [head(file), ...sections, ...unanswered(answers)].join("\n\n").concat("\n");
}

/** Without a line break at the end. A block that keeps its last empty lines would take those that follow, too. */
function asYaml(field: object): string {
  const block = stringify(field, { lineWidth: unfolded });
  const keeps = /: [|>]\d*\+$/m.test(block);
  const text = keeps ? stringify(field, { lineWidth: unfolded, blockQuote: false }) : block;
  return text.replace(/\n$/, "");
}

const order = [
  "name",
  "image",
  "command",
  "resources",
  "parallel",
  "inputs",
  "outputs",
  "interact",
  "licenses",
  "profile",
  "objective",
] as const satisfies readonly (keyof WorkloadInput)[];

type Field = (typeof order)[number];

function head(file: string): string {
  const name = file.replaceAll(/[^\w./ -]/g, "?");
  return comment(
    `Made by \`aloft ask\`; docs/workload.md explains every field.\naloft plan ${name}   says where it could run, how long and at what cost\naloft run ${name}    runs it`,
  ).trimEnd();
}

const parallelComments: Readonly<Record<Kind, string>> = {
  single: "One program that uses all its cores.",
  memory: "One program that uses all its cores.",
  accelerated: "One program that uses all its cores.",
  independent:
    "Tasks that do not talk to each other; each finds its number, from 0, in ALOFT_TASK_ID.",
  coupled: 'MPI: the command is run once and calls mpirun -n "$ALOFT_RANKS" itself.',
};

function commentsOf({ kind, image }: Answers): Partial<Record<Field, string>> {
  return {
    image: "The root file system with the program: every level runs it from there.",
    command:
      image === undefined
        ? "What to run, a line for the shell. Without an image it finds the host's own files."
        : "What to run, a line for the shell.",
    resources:
      kind === "independent"
        ? "What each task may use."
        : "What it may use; limits hold at every level.",
    parallel: parallelComments[kind],
    inputs: "Copied into the working folder before the start; relative to this file.",
    outputs: "What in the working folder is the result.",
    interact: "How it is used while it runs.",
    licenses: "Licence tokens that it takes.",
    profile: "What is known of its behaviour: changes the plan, not the run.",
    objective: "What matters: the plan ranks by it.",
  };
}

/** What was left out and would tell the plan more, as comments. */
function unanswered({ time, memory, measured, inputs, dataSize }: Answers): string[] {
  const lines = [
    ...(memory === undefined ? ["resources: { memory: 16 GiB }   how much it needs"] : []),
    ...(time === undefined ? ["resources: { time: 2h }         when to give up"] : []),
    ...(measured === undefined
      ? ["profile: { measured: [{ on: here, time: 42m }] }   how long it took"]
      : []),
    ...(inputs.length === 0 && dataSize === undefined
      ? ["profile: { input: { bytes: 200 GiB, at: aws/us-east-1 } }   data that it reads"]
      : []),
  ];
  if (lines.length === 0) return [];
  return [
    comment(["Not answered, and worth knowing for the plan:", ...lines].join("\n")).trimEnd(),
  ];
}

function comment(text: string | undefined): string {
  return text === undefined ? "" : `${text.replaceAll(/^/gm, "# ")}\n`;
}
