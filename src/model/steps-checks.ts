import { shown } from "../base/shown.ts";
import type { Step, Steps } from "./steps.ts";
import type { FieldPath, Problem } from "./workload-problem.ts";
import { nearest } from "./workload-suggestion.ts";

/**
 * What makes steps impossible that are each possible: the paths begin with `steps`. Pure: files, the command line and the API are held to
 * the same rules.
 */
export function checkSteps(steps: Steps): Problem[] {
  const problems = checks.flatMap((check) => check(steps));
  // Names that mean nothing, or two things, would make circles of their own.
  return problems.length > 0 ? problems : circles(steps);
}

const checks: readonly ((steps: Steps) => Problem[])[] = [
  blankCommands,
  repeatedNames,
  unknownSteps,
  repeatedSteps,
];

function blankCommands(steps: Steps): Problem[] {
  return steps.flatMap(({ name, command }, index) => {
    if (typeof command === "string" ? command.trim() !== "" : command[0] !== "") return [];
    const path = [...["steps", index, "command"], ...(typeof command === "string" ? [] : [0])];
    const message = `the step ${name} has a blank command; expected a program to run`;
    return [{ path, message, expected: "a program to run", found: "" }];
  });
}

function repeatedNames(steps: Steps): Problem[] {
  return steps.flatMap(({ name }, index) => {
    const first = steps.findIndex((step) => step.name === name);
    if (first === index) return [];
    const message = `there is a step ${name} already, steps[${first}]; expected a name of its own`;
    return [{ path: ["steps", index, "name"], message, expected: "another name", found: name }];
  });
}

/** Every mention of another step, with its place. */
function mentions(
  { from, after }: Step,
  index: number,
): { name: string; problem: Pick<Problem, "path" | "at"> }[] {
  return [
    ...Object.keys(from).map((name) => ({
      name,
      problem: { path: ["steps", index, "from", name], at: "name" as const },
    })),
    ...after.map((name, place) => ({
      name,
      problem: { path: ["steps", index, "after", place] as FieldPath },
    })),
  ];
}

function unknownSteps(steps: Steps): Problem[] {
  const names = steps.map(({ name }) => name);
  return steps.flatMap((step, index) =>
    mentions(step, index).flatMap(({ name, problem }) => {
      if (names.includes(name)) return [];
      const others = names.filter((other) => other !== step.name);
      const suggestion = nearest(name, others);
      const expected = others.length === 0 ? "another step" : `one of ${others.join(", ")}`;
      const meant =
        suggestion === undefined ? `; expected ${expected}` : `; did you mean "${suggestion}"?`;
      const message = `there is no step ${shown(name)}${meant}`;
      return [
        {
          ...problem,
          message,
          expected,
          found: name,
          ...(suggestion === undefined ? {} : { suggestion }),
        },
      ];
    }),
  );
}

/** Who takes data from a step comes after it already. */
function repeatedSteps(steps: Steps): Problem[] {
  return steps.flatMap(({ name, from, after }, index) =>
    after.flatMap((other, place) => {
      const path = ["steps", index, "after", place];
      if (Object.hasOwn(from, other)) {
        const message = `${name} takes data from ${other} and so comes after it already; leave it out of after`;
        return [{ path, message, found: other }];
      }
      if (after.indexOf(other) === place) return [];
      return [{ path, message: `${other} is there twice; expected it once`, found: other }];
    }),
  );
}

/** One circle of each group of steps that wait for each other. */
function circles(steps: Steps): Problem[] {
  const indexes = new Map(steps.map(({ name }, index) => [name, index]));
  const state = steps.map((): "new" | "open" | "done" => "new");
  const problems: Problem[] = [];
  const trail: number[] = [];
  const visit = (index: number): void => {
    const step = steps[index];
    if (!step) return;
    state[index] = "open";
    trail.push(index);
    for (const { name, problem } of mentions(step, index)) {
      const next = indexes.get(name) ?? -1;
      if (state[next] === "open")
        problems.push({ ...problem, ...circle(steps, trail.slice(trail.indexOf(next))) });
      else if (state[next] === "new") visit(next);
    }
    trail.pop();
    state[index] = "done";
  };
  for (const index of steps.keys()) if (state[index] === "new") visit(index);
  return problems;
}

/** Each waits for the next, and the last for the first. */
function circle(steps: Steps, ring: readonly number[]): Pick<Problem, "message" | "found"> {
  const names = ring.map((index) => steps[index]?.name ?? "");
  const [first = ""] = names;
  const found = names.at(-1) ?? "";
  if (names.length === 1) return { message: `the step ${first} waits for itself`, found: first };
  const ways = [...names, first].slice(1).map((name, index) => `${names[index]} for ${name}`);
  return { message: `the steps wait for each other in a circle: ${ways.join(", ")}`, found };
}
