import { allCpus } from "./skypilot-request.ts";
import type { Remark, SkyTask } from "./skypilot-task.ts";
import { fieldName, type FieldPath, type Problem } from "./workload-problem.ts";

/** What can be said only when all members are known. `steps`: the set-up is a part of the image. */
export function remarksOn(task: SkyTask, steps: string | undefined): Remark[] {
  const { request } = task;
  const remarks: Remark[] = [];
  const wrong = new Set(problemsOf(task.remarks).map(({ path }) => path.at(-1)));
  const say = (path: FieldPath, answer: Remark["answer"]) => remarks.push({ path, answer });
  const { cpus, memory, nodes = 1, run, setup } = request;
  if (run === undefined && !wrong.has("run"))
    say(["run"], { wrong: "the task has no program to run; expected run: and its commands" });
  if (memory?.each === "cpu" && cpus === undefined && !wrong.has("cpus"))
    say(["resources", "memory"], {
      wrong: "memory for each cpu needs cpus; say both, or the memory itself",
    });
  if (cpus === undefined && nodes > 1)
    say(["num_nodes"], {
      notice: `resources.cpus is not said; ${allCpus(request)} are planned, one for each machine`,
    });
  if (setup !== undefined) say(["setup"], { notice: steps === undefined ? eachTime : once });
  for (const [field, text = ""] of Object.entries({ setup, run })) {
    if (text.includes("sky_workdir"))
      say([field], { notice: "there is no ~/sky_workdir; it starts in the copy of workdir" });
    if (text.includes("SKYPILOT_TASK_ID"))
      say([field], { notice: "SKYPILOT_TASK_ID is not set; ALOFT_RUN_ID is the run's id" });
  }
  return remarks;
}

const eachTime = "it is done at the start of each run, before the program";
const once = "it only installs packages, so it becomes a step of the image, done once";

/** Those remarks that make a task impossible. */
export function problemsOf(remarks: readonly Remark[]): Problem[] {
  return remarks.flatMap(({ path, answer, suggestion }): Problem[] => {
    if (!("wrong" in answer)) return [];
    const message = `${fieldName(path)}: ${answer.wrong}`;
    return [
      suggestion === undefined ? { path, message } : { path, message, suggestion, at: "name" },
    ];
  });
}
