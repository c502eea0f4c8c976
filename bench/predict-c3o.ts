import { fromLog } from "../src/planner/runtime/intervals.ts";
import {
  commonRates,
  type Limit,
  type RatedMachine,
  roofline,
} from "../src/planner/runtime/roofline.ts";
import {
  fitScalingModel,
  halfWidthOf,
  predictWith,
  type ScalingModel,
} from "../src/planner/runtime/scaling-model.ts";
import { ernest, perCpuGuess } from "./predict-baselines.ts";
import { type C3oJob, c3oJobs, c3oMachines, type C3oRun, readC3o } from "./predict-c3o-data.ts";
import { type Guess, type ScoredRow, scoreOf, type Target } from "./predict-score.ts";

/**
 * Whose runs a prediction may learn from, besides the user's own that are not held out: nobody's; everybody's; everybody's
 * but of the scale or machine type that is held out, which then nobody has seen.
 */
type Sharing = "own" | "all" | "all, unseen";
/** What of the user's runs is held out: all of one scale, or all on one machine type. */
type HeldOut = "scale" | "machine";

interface Question {
  readonly job: C3oJob;
  readonly heldOut: HeldOut;
  readonly sharing: Sharing;
  readonly training: readonly C3oRun[];
  readonly test: readonly C3oRun[];
  /** The runs that nobody's held-out value is in: forms are chosen on them where others' runs are many. */
  readonly unseen: readonly C3oRun[];
}

interface Answer {
  readonly question: Question;
  readonly method: string;
  readonly guesses: readonly Guess[];
}

const methods = ["Aloft", "Aloft, limit unknown", "Ernest", "1/cpus guess"] as const;

/** Leave one scale out, and leave one machine type out, on three Spark jobs of C3O (Will et al., IC2E 2021). */
export function predictC3o(data: string, progress: (text: string) => void): ScoredRow[] {
  const machines = c3oMachines(data);
  const answers: Answer[] = [];
  for (const job of Object.keys(c3oJobs) as C3oJob[]) {
    progress(`c3o ${job}`);
    const runs = readC3o(data, job);
    const learnt = new Map<string, ScalingModel | null>();
    for (const question of questionsOf(job, runs))
      answers.push(...methods.flatMap((method) => answer(question, { method, machines, learnt })));
  }
  return rowsOf(answers);
}

function questionsOf(job: C3oJob, runs: readonly C3oRun[]): Question[] {
  const users = [...new Set(runs.map(({ user }) => user))];
  const questions: Question[] = [];
  for (const heldOut of ["scale", "machine"] as const)
    for (const sharing of ["own", "all", "all, unseen"] as const)
      for (const user of users) {
        const own = runs.filter((run) => run.user === user);
        for (const value of new Set(own.map((run) => run[heldOut]))) {
          const unseen = runs.filter((run) => run[heldOut] !== value);
          const training = {
            own: own.filter((run) => run[heldOut] !== value),
            all: runs.filter((run) => run.user !== user || run[heldOut] !== value),
            "all, unseen": unseen,
          }[sharing];
          const test = own.filter(
            (run) => run[heldOut] === value && (heldOut === "scale" || hasTwin(run, own)),
          );
          if (test.length > 0) questions.push({ job, heldOut, sharing, training, test, unseen });
        }
      }
  return questions;
}

/** Whether the user has run the same on another machine type: else a machine would not be all that is new. */
function hasTwin(run: C3oRun, own: readonly C3oRun[]): boolean {
  return own.some(
    (one) => one.machine !== run.machine && one.scale === run.scale && one.size === run.size,
  );
}

interface Tools {
  readonly method: (typeof methods)[number];
  readonly machines: ReadonlyMap<string, RatedMachine>;
  /** Models that several questions share, by what they were learnt from. */
  readonly learnt: Map<string, ScalingModel | null>;
}

function answer(question: Question, tools: Tools): Answer[] {
  const { test, training, job, heldOut, sharing } = question;
  const { method, machines } = tools;
  switch (method) {
    case "Aloft":
      return [{ question, method, guesses: aloft(question, c3oJobs[job].limit, tools) }];
    case "Aloft, limit unknown":
      // What limits a job bears on machines that it has not run on.
      if (heldOut === "scale") return [];
      return [{ question, method, guesses: aloft(question, "unknown", tools) }];
    case "Ernest": {
      if (sharing === "all, unseen") return [];
      const predict = ernest(training);
      return [{ question, method, guesses: plain(test, predict) }];
    }
    case "1/cpus guess": {
      if (sharing !== "own") return [];
      const predict = perCpuGuess(training, (name) => machines.get(name)?.cpus ?? 1);
      return [{ question, method, guesses: plain(test, predict) }];
    }
  }
}

function plain(test: readonly C3oRun[], predict: (run: C3oRun) => number | null): Guess[] {
  return test.flatMap((run) => {
    const predicted = predict(run);
    return predicted === null ? [] : [{ truth: run.seconds, predicted, interval: null }];
  });
}

function aloft(question: Question, limit: Limit, tools: Tools): Guess[] {
  const { test, sharing } = question;
  const model = learn(question, limit, tools);
  if (model === null) return [];
  return test.flatMap((run) => {
    const machine = tools.machines.get(run.machine);
    const place = sharing === "own" ? { ...run, parameters: [] } : run;
    const prediction = machine === undefined ? null : predictWith(model, place, machine);
    if (prediction === null) return [];
    const { median, low, high } = fromLog(prediction.log, halfWidthOf(model, prediction, 0.9));
    return [{ truth: run.seconds, predicted: median, interval: [low, high] as const }];
  });
}

function learn(question: Question, limit: Limit, { machines, learnt }: Tools): ScalingModel | null {
  const { sharing, training, unseen, heldOut, test } = question;
  const fit = (runs: readonly C3oRun[], chosen?: ScalingModel | null): ScalingModel | null => {
    const rated = [...new Set(runs.map(({ machine }) => machine))].flatMap(
      (name) => machines.get(name) ?? [],
    );
    const context = {
      machines,
      over: "machines" as const,
      roofline: roofline(limit, commonRates(rated)),
    };
    return fitScalingModel(runs, context, chosen?.forms);
  };
  if (sharing === "own") return fit(training.map((run) => ({ ...run, parameters: [] })));
  if (sharing === "all" && heldOut === "machine") return fit(training);
  // The same runs for all users: without the value that is held out, whoever ran it. What forms they leave is found once.
  const key = `${limit} ${heldOut} ${test[0]?.[heldOut]}`;
  const known = learnt.get(key);
  const shared = known === undefined ? fit(unseen) : known;
  learnt.set(key, shared);
  return sharing === "all, unseen" || shared === null ? shared : fit(training, shared);
}

const targets: Readonly<Record<Sharing, readonly Target[]>> = {
  own: [
    { figure: "mean", low: 0, high: 0.07 },
    { figure: "coverage", low: 0.85, high: 0.95 },
  ],
  all: [
    { figure: "mean", low: 0, high: 0.05 },
    { figure: "coverage", low: 0.85, high: 0.95 },
  ],
  "all, unseen": [],
};

function rowsOf(answers: readonly Answer[]): ScoredRow[] {
  const rows: ScoredRow[] = [];
  for (const heldOut of ["scale", "machine"] as const)
    for (const sharing of ["own", "all", "all, unseen"] as const)
      for (const method of methods) {
        const some = answers.filter(
          ({ question, method: one }) =>
            one === method && question.heldOut === heldOut && question.sharing === sharing,
        );
        if (some.length === 0) continue;
        const what = `${heldOut} held out, ${sharing} data`;
        const goals =
          method === "Aloft" && targets[sharing].length > 0 ? { targets: targets[sharing] } : {};
        const guesses = some.flatMap((one) => one.guesses);
        rows.push({ what, method, score: scoreOf(guesses), ...goals });
        if (method !== "Aloft") continue;
        for (const job of Object.keys(c3oJobs)) {
          const ofJob = some.filter(({ question }) => question.job === job);
          rows.push({
            what: `  ${job}`,
            method,
            score: scoreOf(ofJob.flatMap((one) => one.guesses)),
          });
        }
      }
  return rows;
}
