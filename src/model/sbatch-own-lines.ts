import { explainIssues } from "./workload-issues.ts";
import type { Problem } from "./workload-problem.ts";
import { Workload } from "./workload.ts";

/** The script with all but its `#ALOFT` lines blanked, so that places in it stay places in the script. */
export function ownLines(script: string): string {
  let begun = false;
  const lines = script.split("\n").map((line) => {
    if (!begun && /^#ALOFT(?:\s|$)/.test(line)) return `      ${line.slice(6)}`;
    begun ||= /^\s*[^\s#]/.test(line);
    return " ".repeat(line.length);
  });
  return lines.join("\n");
}

const ownCommand: Problem = {
  path: ["command"],
  at: "name",
  message: "the script itself is the command",
};

/** What is wrong with the fields of the `#ALOFT` lines. */
export function ownProblems(value: unknown): Problem[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object" || Array.isArray(value))
    return [
      {
        path: [],
        message: 'after #ALOFT comes a field of a workload, such as "image: debian:bookworm"',
      },
    ];
  const stated = { ...value, command: "true" };
  const result = Workload.safeParse(stated);
  return [
    ...(Object.hasOwn(value, "command") ? [ownCommand] : []),
    ...(result.success ? [] : explainIssues(result.error.issues, stated)),
  ];
}
