import type { Readable, Writable } from "node:stream";
import { type CANCEL_SYMBOL, confirm, intro, isCancel, select, text } from "@clack/prompts";
import { AloftError } from "../base/errors.ts";
import { Answers, type SomeAnswers, type Topic } from "./ask-answers.ts";
import { answersProblems } from "./ask-problems.ts";
import { type Question, questions } from "./ask-questions.ts";

/** The terminal that a person sits at. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks every question that applies. Throws `cancelled` where the person leaves, or the terminal goes away. */
export async function askAll(terminal: Terminal): Promise<Answers> {
  const leave = new AbortController();
  const abort = () => leave.abort();
  terminal.input.once("end", abort);
  terminal.input.once("close", abort);
  try {
    const prompt = { ...terminal, signal: leave.signal };
    intro(
      "A workload file in a few questions. Empty answers are fine; Ctrl-C changes nothing.",
      prompt,
    );
    let answers: SomeAnswers = {};
    for (const question of questions) {
      if (question.asked?.(answers) === false) continue;
      const value = await ask(question, answers, prompt);
      if (value !== undefined) answers = { ...answers, [question.topic]: value };
    }
    return Answers.parse(answers);
  } finally {
    terminal.input.off("end", abort);
    terminal.input.off("close", abort);
  }
}

export async function askToReplace(file: string, terminal: Terminal): Promise<boolean> {
  const message = `${file} is there already. Replace it when all is answered?`;
  return answered(await confirm({ ...terminal, message, initialValue: false }));
}

type Prompt = Terminal & { readonly signal: AbortSignal };

async function ask(question: Question, before: SomeAnswers, prompt: Prompt): Promise<unknown> {
  const { message, choices, example, topic, read = (typed: string) => typed } = question;
  if (choices) {
    const options = choices.map((choice) => ({ ...choice }));
    return answered(await select({ ...prompt, message, options }));
  }
  const meaning = (typed = ""): unknown => (typed.trim() === "" ? undefined : read(typed.trim()));
  const typed = await text({
    ...prompt,
    message,
    ...(example === undefined ? {} : { placeholder: `such as ${example}` }),
    validate: (given) => complaint(topic, meaning(given), before),
  });
  return meaning(answered(typed));
}

function answered<T>(value: T): Exclude<T, typeof CANCEL_SYMBOL> {
  if (!isCancel(value)) return value as Exclude<T, typeof CANCEL_SYMBOL>;
  throw new AloftError("cancelled", "cancelled; nothing was written");
}

/** What is wrong with this answer, the ones to come left aside. */
export function complaint(topic: Topic, value: unknown, before: SomeAnswers): string | undefined {
  const answers = {
    command: "true",
    ...before,
    ...(value === undefined ? {} : { [topic]: value }),
  };
  if (topic === "command" && value === undefined)
    return "there is nothing to run without a command";
  return answersProblems(answers).find(({ path }) => path[0] === topic)?.message;
}
