import type * as z from "zod";
import { shown } from "../base/shown.ts";
import { checkWorkload } from "../model/workload-checks.ts";
import { explainIssues } from "../model/workload-issues.ts";
import { type FieldPath, fieldName, type Problem } from "../model/workload-problem.ts";
import { nearest } from "../model/workload-suggestion.ts";
import { Workload } from "../model/workload.ts";
import { Answers, type Kind, type Topic } from "./ask-answers.ts";
import { workloadOf } from "./ask-workload.ts";

/** What is wrong with answers. Each path begins with the topic; a missing answer's is that topic alone. */
export function answersProblems(value: unknown): Problem[] {
  const parsed = Answers.safeParse(value);
  if (!parsed.success) return parsed.error.issues.flatMap((issue) => told(issue, value));
  const problems = [...missing(parsed.data), ...needless(parsed.data)];
  return problems.length > 0 ? problems : ofWorkload(parsed.data);
}

const needed: readonly [Kind, Topic, string][] = [
  ["independent", "tasks", "how many tasks"],
  ["coupled", "ranks", "how many MPI ranks"],
  ["memory", "memory", "how much memory"],
];

const only: Partial<Record<Topic, Kind>> = {
  tasks: "independent",
  ranks: "coupled",
  machines: "coupled",
  gpus: "accelerated",
};

const beside: readonly [Topic, Topic][] = [
  ["licenseServer", "licenses"],
  ["currency", "budget"],
];

function missing(answers: Answers): Problem[] {
  return needed.flatMap(([kind, topic, what]) =>
    answers.kind === kind && answers[topic] === undefined
      ? [
          {
            path: [topic],
            message: `${topic} is not answered; the kind ${kind} needs to know ${what}`,
          },
        ]
      : [],
  );
}

function needless(answers: Answers): Problem[] {
  const topics = Object.entries(only) as [Topic, Kind][];
  const ofOthers = topics.filter(
    ([topic, kind]) => answers[topic] !== undefined && answers.kind !== kind,
  );
  const alone = beside.filter(
    ([topic, other]) => answers[topic] !== undefined && answers[other] === undefined,
  );
  return [
    ...ofOthers.map(([topic, kind]) => ({
      path: [topic],
      message: `${topic} is asked for the kind ${kind} only, and the kind is ${answers.kind}`,
    })),
    ...alone.map(([topic, other]) => ({
      path: [topic],
      message: `${topic} means nothing without ${other}`,
    })),
  ];
}

/** The rules of workload files, told of the answers that would break them. */
function ofWorkload(answers: Answers): Problem[] {
  const input = workloadOf(answers);
  const parsed = Workload.safeParse(input);
  const problems = parsed.success
    ? checkWorkload(parsed.data)
    : explainIssues(parsed.error.issues, input);
  return problems.map(({ path, message, ...rest }) => ({
    ...rest,
    path: inAnswers(path),
    message: Object.entries(topics).reduce((text, names) => text.replaceAll(...names), message),
  }));
}

/** The topic that makes a field, by the field's name. Others are called as their field. */
const topics: Readonly<Record<string, Topic>> = {
  "resources.cpus": "cpus",
  "resources.memory": "memory",
  "resources.time": "time",
  "resources.gpus": "gpus",
  "parallel.count": "tasks",
  "parallel.ranks": "ranks",
  "profile.machines": "machines",
  "profile.measured": "measured",
  "profile.input.bytes": "dataSize",
  "profile.input.at": "dataAt",
  "profile.licenseServer": "licenseServer",
  "objective.minimise": "minimise",
  "objective.deadline": "deadline",
  "objective.budget": "budget",
  "objective.currency": "currency",
};

function inAnswers(path: FieldPath): FieldPath {
  const name = fieldName(path);
  const field = Object.keys(topics).find((one) => name === one || name.startsWith(`${one}[`));
  const topic = field === undefined ? undefined : topics[field];
  return topic === undefined ? path : [topic];
}

function told(issue: z.core.$ZodIssue, value: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const subject = path.length === 0 ? "this" : fieldName(path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknown(key));
  if (issue.code === "invalid_type" && path.length === 1 && !has(value, path[0]))
    return [{ path, at: "name", message: `${subject} is not answered; expected ${meaning(path)}` }];
  if (issue.code === "custom") return [{ path, message: `${subject}: ${issue.message}` }];
  if (issue.code === "invalid_value")
    return [
      { path, message: `${subject}: expected one of ${issue.values.map(String).join(", ")}` },
    ];
  const plain = issue.message.replace(/^(?:Invalid input|Too small|Too big): /, "");
  return [{ path, message: `${subject}: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}` }];
}

function has(value: unknown, name: string | number | undefined): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name ?? "");
}

function meaning(path: FieldPath): string {
  const topic = String(path[0]);
  const shape = Object.hasOwn(Answers.shape, topic) ? Answers.shape[topic as Topic] : undefined;
  return shape?.description?.toLowerCase() ?? "an answer";
}

function unknown(key: string): Problem {
  const all = Object.keys(Answers.shape);
  const suggestion = nearest(key, all);
  const rest =
    suggestion === undefined
      ? `expected some of ${all.join(", ")}`
      : `did you mean "${suggestion}"?`;
  const message = `nothing called ${shown(key)} is asked; ${rest}`;
  return { path: [key], at: "name", message, ...(suggestion === undefined ? {} : { suggestion }) };
}
