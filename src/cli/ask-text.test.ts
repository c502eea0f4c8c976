import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseWorkload } from "../model/workload-file.ts";
import { Workload } from "../model/workload.ts";
import { Answers } from "./ask-answers.ts";
import { answersProblems } from "./ask-problems.ts";
import { workloadText } from "./ask-text.ts";
import { workloadOf } from "./ask-workload.ts";

test("a file that explains itself", () => {
  const answers = Answers.parse({
    kind: "independent",
    name: "sweep",
    command: "./solve --case $ALOFT_TASK_ID",
    image: "debian:bookworm",
    tasks: 100,
    cpus: 2,
    memory: "16 GiB",
    measured: "42m",
    dataSize: "200 GiB",
    dataAt: "aws/us-east-1",
    outputs: ["results/*.csv"],
    minimise: "cost",
    deadline: "8h",
    budget: 25,
    currency: "EUR",
  });
  expect(`\n${workloadText(answers, "sweep.yaml")}`).toMatchInlineSnapshot(`
    "
    # Made by \`aloft ask\`; docs/workload.md explains every field.
    # aloft plan sweep.yaml   says where it could run, how long and at what cost
    # aloft run sweep.yaml    runs it

    name: sweep

    # The root file system with the program: every level runs it from there.
    image: debian:bookworm

    # What to run, a line for the shell.
    command: ./solve --case $ALOFT_TASK_ID

    # What each task may use.
    resources:
      cpus: 2
      memory: 16 GiB

    # Tasks that do not talk to each other; each finds its number, from 0, in ALOFT_TASK_ID.
    parallel:
      kind: array
      count: 100

    # What in the working folder is the result.
    outputs:
      - results/*.csv

    # What is known of its behaviour: changes the plan, not the run.
    profile:
      coupling: none
      measured:
        - on: here
          time: 42m
      input:
        bytes: 200 GiB
        at: aws/us-east-1

    # What matters: the plan ranks by it.
    objective:
      minimise: cost
      deadline: 8h
      budget: 25
      currency: EUR

    # Not answered, and worth knowing for the plan:
    # resources: { time: 2h }         when to give up
    "
  `);
});

const size = fc
  .tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom("MiB", "GiB", " GB", "T"))
  .map((parts) => parts.join(""));
const duration = fc.integer({ min: 1, max: 900 }).chain((n) => fc.constantFrom(`${n}m`, `${n} h`));
const words = fc.string({ minLength: 1, maxLength: 40 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const count = fc.integer({ min: 1, max: 2000 });

/** Mostly sound: those that are not are told so. */
const given = fc
  .record({
    kind: optional(fc.constantFrom("single", "memory", "independent", "coupled", "accelerated")),
    name: optional(fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/)),
    command: fc.oneof(words, fc.string({ unit: "grapheme", minLength: 1 }), fc.lorem()),
    image: optional(fc.oneof(fc.constant("debian:bookworm"), words)),
    tasks: optional(count),
    ranks: optional(count),
    machines: optional(fc.integer({ min: 1, max: 4 })),
    gpus: optional(count),
    cpus: optional(fc.oneof(count, fc.double({ min: 0.1, max: 64, noNaN: true }))),
    memory: optional(size),
    time: optional(duration),
    measured: optional(duration),
    inputs: optional(fc.array(words, { maxLength: 3 })),
    dataSize: optional(size),
    dataAt: optional(fc.constantFrom("here", "gcp", "aws/us-east-1")),
    outputs: optional(fc.array(words, { maxLength: 3 })),
    interact: optional(fc.constantFrom("batch", "shell", "notebook", "desktop", "web")),
    licenses: optional(fc.dictionary(words, count, { maxKeys: 3, noNullPrototype: true })),
    licenseServer: optional(fc.constantFrom("here", "reachable")),
    minimise: optional(fc.constantFrom("time", "cost")),
    deadline: optional(duration),
    budget: optional(fc.double({ min: 0.01, max: 1e6, noNaN: true })),
    currency: optional(fc.constantFrom("EUR", "USD", "SU")),
  })
  .map(({ kind, tasks, ranks, machines, gpus, licenseServer, currency, ...rest }) =>
    withoutAbsent({
      kind,
      ...(kind === "independent" ? { tasks: tasks ?? 3 } : {}),
      ...(kind === "coupled" ? { ranks: ranks ?? 8, machines } : {}),
      ...(kind === "accelerated" ? { gpus } : {}),
      ...rest,
      ...(kind === "memory" ? { memory: rest.memory ?? "1 TiB" } : {}),
      ...(rest.licenses ? { licenseServer } : {}),
      ...(rest.budget === undefined ? {} : { currency }),
    }),
  );

function withoutAbsent(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

test.each(["a\u{a0}", "x\n\n\n", "\n y\n\n", "- ", "  a\n b"])(
  "a command %j stays as it is",
  (command) => {
    const text = workloadText(Answers.parse({ command, minimise: "cost" }), "a");
    expect(parseWorkload(text, "a").command).toBe(command);
  },
);

test("whatever is answered, the file says exactly that or the answers are refused", () => {
  let written = 0;
  fc.assert(
    fc.property(given, (value) => {
      if (answersProblems(value).length > 0) return;
      written += 1;
      const answers = Answers.parse(value);
      const workload = parseWorkload(workloadText(answers, "a b.yaml"), "a b.yaml");
      expect(workload).toEqual(Workload.parse(workloadOf(answers)));
    }),
    { numRuns: 300 },
  );
  expect(written).toBeGreaterThan(50);
});
