import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import type { Overrides } from "./workload-overrides.ts";
import { readWorkload } from "./workload-source.ts";

function read(lines: readonly string[], overrides: Overrides = {}) {
  return readWorkload(lines.join("\n"), "task.yaml", overrides);
}

function failure(lines: readonly string[], overrides: Overrides = {}): AloftError {
  try {
    read(lines, overrides);
  } catch (error) {
    if (error instanceof AloftError) return error;
    throw error;
  }
  throw new Error("it is taken");
}

const gib = 1024 ** 3;

describe("what a task is", () => {
  test.each([
    "run: echo",
    "run: echo\nsetup: x\nname: a",
    '{"run": "echo", "resources": {"accelerators": "A100"}}',
    "resources: { infra: aws }\nrun: echo",
    "\u{feff}num_nodes: 1\nrun: echo",
  ])("%j", (text) => {
    expect(readWorkload(text, "task.yaml").workload.command).toContain("echo");
  });

  test("a workload of ours stays one, whatever else it holds", () => {
    const { workload } = read(["command: x", "image: { from: a, run: [b] }"]);
    expect(workload.command).toBe("x");
    expect(failure(["run: ./solve", "image: debian:bookworm"]).message).toContain(
      'unknown field "run"; did you mean "command"?',
    );
    expect(failure(["resources: { cpus: 4 }", "name: x"]).message).toContain(
      '"command" is missing',
    );
  });

  test("one without a program is no computation", () => {
    const { message, hint } = failure(["setup: pip install x", "resources: { infra: aws }"]);
    expect(message).toMatch(/task.yaml:1:1: run: the task has no program to run/);
    expect(hint).toContain("SkyPilot task");
  });
});

describe("sizes", () => {
  test.each<[string, object]>([
    ["{ cpus: 4, memory: 16 }", { cpus: 4, memory: 16 * gib }],
    ["{ cpus: 4+, memory: 16+ }", { cpus: 4, memory: 16 * gib }],
    ['{ cpus: "2.5", memory: "1024MB" }', { cpus: 2.5, memory: gib }],
    ["{ cpus: 4, memory: 2x }", { cpus: 4, memory: 8 * gib }],
    ["{ disk_size: 256 }", { disk: 256 * gib }],
    ["{ disk_size: 1TB, cpus: null }", { disk: 1024 * gib }],
    ["{ accelerators: A100:8 }", { gpus: 8 }],
    ["{ accelerators: A100 }", { gpus: 1 }],
    ["{ accelerators: { A100: 4 } }", { gpus: 4 }],
    ["{ accelerators: {L4:2, A100:1} }", { gpus: 2 }],
    ["{ accelerators: [L4:1, A100:8] }", { gpus: 1 }],
    ["{ accelerators: V100:0.5 }", { gpus: 1 }],
    ["{ cpus: 2, any_of: [{ cpus: 8, memory: 3 }, { cpus: 1 }] }", { cpus: 8, memory: 3 * gib }],
    ["{ cpus: 2, ordered: [{ infra: aws }] }", { cpus: 2 }],
  ])("%s", (resources, expected) => {
    const { workload } = read([`resources: ${resources}`, "run: x"]);
    expect(workload.resources).toEqual(expected);
  });

  test("of several nodes are those of all together", () => {
    const { workload, notices } = read([
      "num_nodes: 3",
      "resources: { cpus: 4, memory: 2x, accelerators: A100:8, disk_size: 100 }",
      "run: x",
    ]);
    expect(workload.resources).toEqual({ cpus: 12, memory: 24 * gib, gpus: 24, disk: 100 * gib });
    expect(workload.profile).toEqual({ machines: 3 });
    expect(workload.parallel).toEqual({ kind: "threads" });
    expect(workload.env).toMatchObject({
      SKYPILOT_NUM_NODES: "1",
      SKYPILOT_NUM_GPUS_PER_NODE: "8",
    });
    expect(notices[0]).toMatch(/^task.yaml:1:1: num_nodes: .* a run starts its program once/);
  });

  test("nodes without cpus have one each", () => {
    const { workload, notices } = read(["num_nodes: 3", "run: x"]);
    expect(workload).toMatchObject({ resources: { cpus: 3 }, profile: { machines: 3 } });
    expect(notices.join("\n")).toContain("3 are planned, one for each machine");
  });

  test("the command line wins", () => {
    const { workload } = read(["resources: { cpus: 4 }", "run: x"], { cpus: "2", name: "n" });
    expect(workload).toMatchObject({ name: "n", resources: { cpus: 2 } });
  });
});

describe("images and set-up", () => {
  test("an image of a registry, reached by the internet as a cloud's machine is", () => {
    const { workload } = read(["resources: { image_id: docker:ubuntu:22.04 }", "run: x"]);
    expect(workload).toMatchObject({ image: { from: "docker://ubuntu:22.04" }, network: "nat" });
  });

  test("what a cloud boots from is told, and it runs without", () => {
    const { workload, notices } = read(["resources: { image_id: ami-1 }", "run: x"]);
    expect(workload.image).toBeUndefined();
    expect(notices).toEqual([
      expect.stringMatching(/^task.yaml:1:14: resources.image_id: .*--image/),
    ]);
  });

  test("packages become a step of the image", () => {
    const task = ["resources: { image_id: docker:a }", "setup: sudo pip install b", "run: x"];
    const { workload, notices } = read(task);
    expect(workload.image?.run).toEqual(["pip install b"]);
    expect(workload.command).toEqual(["bash", "-c", "x"]);
    expect(notices).toEqual([expect.stringMatching(/^task.yaml:2:1: setup: .*step of the image/)]);
    const other = read(task, { image: "debian:bookworm" });
    expect(other.workload.image).toEqual({ from: "debian:bookworm", packages: [], run: [] });
    expect(other.workload.command).toContain("sudo pip install b");
  });

  test("all else is done before the program", () => {
    const { workload, notices } = read(["setup: make", "run: ./x"]);
    expect(workload.command.slice(-2)).toEqual(["make", "./x"]);
    expect(notices).toEqual([expect.stringContaining("at the start of each run")]);
  });
});

describe("variables and secrets", () => {
  test("as they are written", () => {
    const { workload } = read(["envs: { A: 1.50, B: yes, C: '', D: true }", "run: x"]);
    expect(workload.env).toMatchObject({ A: "1.50", B: "yes", C: "", D: "true" });
  });

  test("one without a value must be given", () => {
    const task = ["envs:", "  A:", "  B: null", "run: x"];
    const { message } = failure(task, { env: ["B=2"] });
    expect(message).toMatch(/task.yaml:2:3: envs.A: it has no value; give it with --env A=VALUE/);
    expect(read(task, { env: ["A=1", "B=2"] }).workload.env).toMatchObject({ A: "1", B: "2" });
  });

  test("a secret is neither kept nor shown, not even beside another mistake", () => {
    const task = ["secrets: { T: s3cret }", "run: x"];
    const { workload, notices } = read(task);
    expect(JSON.stringify({ workload, notices })).not.toContain("s3cret");
    expect(notices).toEqual([expect.stringMatching(/^task.yaml:1:12: secrets.T: not passed on/)]);
    const { message, details } = failure(["num_nodes: no", "secrets: { T: s3cret, U: }", "run: x"]);
    expect(message).toContain("secrets.U: it has no value");
    expect(JSON.stringify({ message, details })).not.toContain("s3cret");
    expect(failure(["run: x", "secrets:", "  T: [s3cret"]).message).not.toContain("s3cret");
    expect(read(task, { env: ["T=mine"] }).notices).toEqual([]);
  });

  test("a registry's login stays out of the run", () => {
    const { workload, notices } = read(["envs: { SKYPILOT_DOCKER_PASSWORD: s3cret }", "run: x"]);
    expect(JSON.stringify({ workload, notices })).not.toContain("s3cret");
    expect(notices).toHaveLength(1);
  });
});

describe("files", () => {
  test("the folder is an input, and where it starts", () => {
    expect(read(["workdir: .", "run: x"]).workload).toMatchObject({
      inputs: ["."],
      command: ["bash", "-c", "x"],
    });
    const { workload } = read(["workdir: ./code/", "run: x"]);
    expect(workload.inputs).toEqual(["code"]);
    expect(workload.command[2]).toContain("cd -- code || exit 1");
    expect(failure(["workdir: { url: https://x/y }", "run: x"]).message).toContain("clone it");
  });

  test("mounts are inputs, put in their place where there is an image", () => {
    const task = [
      "envs: { D: set }",
      "file_mounts:",
      "  /data/$D: ./${D}",
      "  here: here",
      "run: x",
    ];
    const bare = read(task);
    expect(bare.workload.inputs).toEqual(["set", "here"]);
    expect(bare.workload.command).toEqual(["bash", "-c", "x"]);
    expect(bare.notices).toEqual([
      expect.stringMatching(
        /^task.yaml:3:3: file_mounts.*nothing is put at .data.set; set is set in the working folder$/,
      ),
    ]);
    const imaged = read(task, { image: "debian:bookworm" });
    expect(imaged.notices).toEqual([]);
    expect(imaged.workload.command[2]).toContain('put "$aloft_work"/set /data/set || exit 1');
  });

  test("what is in a cloud is planned for, not fetched", () => {
    const { workload, notices } = read([
      "file_mounts:",
      "  /a: s3://bucket/x",
      "  /b: { source: 'gs://other', mode: MOUNT }",
      "  /c: https://user:s3cret@host/file",
      "  /d: { name: bucket }",
      "  /e: { store: volume, name: v }",
      "run: x",
    ]);
    expect(workload.inputs).toEqual([]);
    expect(workload.profile).toEqual({ input: { at: "aws" } });
    expect(notices.map((notice) => notice.split(":").slice(1, 3).join(":"))).toEqual([
      "2:3",
      "3:3",
      "4:3",
      "5:3",
      "6:3",
    ]);
    expect(notices.join()).not.toContain("s3cret");
  });
});

test("every member that has no place is named, with its own", () => {
  const { workload, notices } = read([
    "name: a b",
    "resources:",
    "  infra: aws/us-east-1",
    "  use_spot: true",
    "  ports: [8888]",
    "  labels: { a: b }",
    "  any_of:",
    "    - { cloud: aws, cpus: 2 }",
    "    - cloud: gcp",
    "service: { replicas: 2 }",
    "config: { docker: {} }",
    "run: echo $SKYPILOT_TASK_ID",
  ]);
  expect(workload).toMatchObject({ name: "a-b", interact: "web" });
  expect(notices.map((notice) => notice.split(": ").slice(0, 2).join(" "))).toEqual([
    "task.yaml:1:1 name",
    "task.yaml:3:3 resources.infra",
    "task.yaml:4:3 resources.use_spot",
    "task.yaml:5:3 resources.ports",
    "task.yaml:6:3 resources.labels",
    "task.yaml:7:3 resources.any_of",
    "task.yaml:8:9 resources.any_of[0].cloud",
    "task.yaml:10:1 service",
    "task.yaml:11:1 config",
    "task.yaml:12:1 run",
  ]);
});

test("what is wrong is told all at once", () => {
  const { message } = failure([
    "num_nodes: two",
    "resources:",
    "  cpus: four",
    "  memory: 2x",
    "  acelerators: A100",
    "  any_of: []",
    "  ordered: [{ infra: aws }]",
    "envs: { 1A: x }",
    "run: [a, b]",
    "steup: x",
  ]);
  expect(`\n${message}\n`).toMatchInlineSnapshot(`
    "
    task.yaml has 8 problems

    task.yaml:1:12: num_nodes: "two" is not a number of nodes, such as 2
      1 | num_nodes: two
        |            ^^^
    task.yaml:3:9: resources.cpus: "four" is not a number of cpus, such as 4 or "4+"
      3 |   cpus: four
        |         ^^^^
    task.yaml:5:3: resources.acelerators: unknown field in a SkyPilot task; did you mean "accelerators"?
      5 |   acelerators: A100
        |   ^^^^^^^^^^^
    task.yaml:6:11: resources.any_of: this is no list of alternatives; expected one or more, each of them fields
      6 |   any_of: []
        |           ^^
    task.yaml:7:12: resources.ordered: any_of and ordered exclude each other; keep one
      7 |   ordered: [{ infra: aws }]
        |            ^^^^^^^^^^^^^^^^
    task.yaml:8:13: envs.1A: "1A" is no variable's name: letters, digits and _, no digit first
      8 | envs: { 1A: x }
        |             ^
    task.yaml:9:6: run: this is not text for a shell, such as echo hello
      9 | run: [a, b]
        |      ^^^^^^
    task.yaml:10:1: steup: unknown field in a SkyPilot task; did you mean "setup"?
      10 | steup: x
         | ^^^^^
    "
  `);
});

test("a rule of workloads is told of the member that broke it", () => {
  expect(failure(["resources:", "  cpus: 9999", "run: x"]).message).toMatch(/^task.yaml:2:9: /);
  expect(failure(["resources:", "  any_of: [{ cpus: 9999 }]", "run: x"]).message).toMatch(
    /^task.yaml:2:20: /,
  );
});
