import { AloftError } from "../base/errors.ts";
import { readable } from "../model/workload-file.ts";
import { fileError, mostProblems } from "../model/workload-problem.ts";
import { readYaml } from "../model/workload-yaml.ts";
import { Answers } from "./ask-answers.ts";
import { answersProblems } from "./ask-problems.ts";

/** Answers in JSON (or YAML). Throws one `bad-input` that lists every problem with its place; `file` names the text in it. */
export function parseAnswers(text: string, file: string): Answers {
  const content = readable(text, file);
  const yaml = readYaml(content);
  const wrong = yaml.complete ? answersProblems(yaml.value).map(yaml.place) : [];
  const problems = [...yaml.problems, ...wrong].slice(0, mostProblems);
  if (problems.length === 0) return Answers.parse(yaml.value);
  const { message, details } = fileError(file, content, problems);
  const hint = "`aloft ask --json` prints the questions as a JSON Schema";
  throw new AloftError("bad-input", message, { hint, details });
}
