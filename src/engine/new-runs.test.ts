import { expect, test } from "vitest";
import { aCandidate, aPlan } from "../model/candidate-sample.ts";
import type { Candidate, Refusal } from "../model/plan.ts";
import { Workload } from "../model/workload.ts";
import { AloftError } from "../base/errors.ts";
import { newRuns } from "./new-runs.ts";

const needsImage = { code: "needs-image", message: "it needs an image", remedy: "name an image" };
const missing = { code: "unavailable", message: "not installed", remedy: "install it" };
const cpus = { code: "cpus", message: "it asks for 99 cpus and this machine has 2" };
const pinned = { code: "pinned", message: "the level is pinned to vm" };

function refused(engine: "crun" | "host" | "uml", refusals: Refusal[]): Candidate {
  const level = ({ crun: "container", host: "process", uml: "vm" } as const)[engine];
  return aCandidate({ level, engine, refusals });
}

function hint(candidates: Candidate[]): string | undefined {
  const workload = Workload.parse({ command: "true" });
  const plan = aPlan({ candidates });
  try {
    newRuns({ id: "a", workload, origin: "/", plan, folderOf: (id) => id, now: 0 });
  } catch (error) {
    if (error instanceof AloftError && error.code === "refused") return error.hint;
    throw error;
  }
  throw new Error("it was not refused");
}

test("a remedy that would not help is no hint", () => {
  const candidates = [refused("crun", [needsImage, cpus]), refused("host", [cpus])];
  expect(hint(candidates)).toMatch(/aloft doctor/);
});

test("the hint is all that one candidate lacks, of those that were not excluded", () => {
  expect(
    hint([
      refused("uml", [needsImage, missing]),
      refused("host", [cpus]),
      refused("crun", [pinned, needsImage]),
    ]),
  ).toBe("name an image, and install it");
  expect(hint([refused("uml", [missing]), refused("crun", [needsImage])])).toBe(
    "install it; or name an image",
  );
});
