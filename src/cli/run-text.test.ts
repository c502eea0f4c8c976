import { expect, test } from "vitest";
import { aRun } from "../model/run-sample.ts";
import { scriptCommand } from "../model/sbatch-script.ts";
import type { Workload } from "../model/workload.ts";
import { runLines, summaryLine } from "./run-text.ts";
import { createStyle } from "./style.ts";

const style = createStyle(false);

function shownCommand(command: Workload["command"]): string | undefined {
  const run = aRun();
  const lines = runLines({ ...run, workload: { ...run.workload, command } }, style);
  return lines.find((line) => line.startsWith("command"))?.replace(/^command +/, "");
}

test("a command is one line of a length that one can read", () => {
  expect(shownCommand(["echo", "a", "b"])).toBe("echo a b");
  expect(shownCommand("set -e\nmake\n./solve\n")).toBe("set -e make ./solve");
  expect(shownCommand("x".repeat(200))).toBe(`${"x".repeat(99)}…`);
  expect(shownCommand(scriptCommand("#!/bin/sh\necho\n", undefined) ?? "")).toBe("sbatch script");
});

test("times below the resolution are told as such, beside a prediction too", () => {
  const predicted = { seconds: 0.002, low: 0, high: 0.008, samples: 3 };
  const timings = { queued: 0, staging: 0, starting: 0.002, running: 0 };
  const run = aRun({ state: "succeeded", timings, predicted });
  expect(summaryLine(run, style)).toMatch(/ · <10 ms, predicted <10 ms$/);
  const text = runLines(run, style).join("\n");
  expect(text).toMatch(/running +<10 ms {2}<10 ms \(3 runs\)/);
  expect(text).not.toContain("0.000");
});
