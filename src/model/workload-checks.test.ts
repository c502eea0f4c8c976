import { expect, test } from "vitest";
import { checkWorkload, requireSound } from "./workload-checks.ts";
import { fieldName } from "./workload-problem.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

function wrong(input: Partial<WorkloadInput>): string[] {
  const problems = checkWorkload(Workload.parse({ command: "x", ...input }));
  return problems.map(({ path }) => fieldName(path));
}

test.each<[Partial<WorkloadInput>, string[]]>([
  [{}, []],
  [{ level: "process" }, []],
  [{ level: "vm" }, ["level"]],
  [{ engine: "runc" }, ["engine"]],
  [{ engine: "host" }, []],
  [{ level: "vm", image: "a", engine: "uml" }, []],
  [{ level: "vm", image: "a", engine: "crun" }, ["engine"]],
  [{ resources: { memory: 4 } }, ["resources.memory"]],
  [{ resources: { disk: "1 KB" } }, ["resources.disk"]],
  [{ resources: { time: "520 weeks" } }, []],
  [{ resources: { time: "530 weeks" } }, ["resources.time"]],
  [{ resources: { cpus: 4 }, parallel: { kind: "mpi", ranks: 8 } }, ["resources.cpus"]],
  [{ resources: { cpus: 16 }, parallel: { kind: "mpi", ranks: 8 } }, []],
  [{ parallel: { kind: "mpi", ranks: 8 } }, []],
  [{ command: "  " }, ["command"]],
  [{ command: ["", "a"] }, ["command[0]"]],
  [{ inputs: ["/data/x", "../y"] }, []],
  [{ outputs: ["a..b", "c/..d/*"] }, []],
  [{ outputs: ["ok", "/etc/passwd", "a/../../b"] }, ["outputs[1]", "outputs[2]"]],
  [
    { metrics: { "a b": { from: "../x", regex: "[" } } },
    ['metrics["a b"].from', 'metrics["a b"].regex'],
  ],
  [
    { metrics: { a: { json: "$.a[0]['b c'].d" }, b: { json: "a.b" }, c: { json: "$[" } } },
    ["metrics.c.json"],
  ],
  [{ env: { A: "a\0b" } }, ["env.A"]],
])("%j", (input, expected) => {
  expect(wrong(input)).toEqual(expected);
});

test("for the API they are one error that names each field", () => {
  const workload = Workload.parse({ command: "x", level: "vm", outputs: ["/a"] });
  expect(() => requireSound(workload)).toThrow(
    expect.objectContaining({
      code: "bad-input",
      message: expect.stringMatching(
        /^level: the level vm needs an image.*\noutputs\[0\]: "\/a" is absolute/,
      ),
    }),
  );
});
