import { describe, expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { parseWorkload } from "./workload-file.ts";
import type { PlacedProblem } from "./workload-problem.ts";

function failure(text: string): AloftError {
  try {
    parseWorkload(text, "job.yaml");
  } catch (error) {
    if (error instanceof AloftError && error.code === "bad-input") return error;
    throw error;
  }
  throw new Error("this was accepted");
}

function message(...lines: string[]): string {
  return `\n${failure(lines.join("\n")).message}\n`;
}

function places(text: string): string[] {
  const problems = failure(text).details as PlacedProblem[];
  return problems.map(({ line, column, path }) => `${line}:${column} ${path.join(".")}`);
}

describe("a good file", () => {
  test("is read whole, with defaults", () => {
    const text = `
name: beam
image:
  from: debian:bookworm
  packages: [calculix-ccx]
command: [ccx, -i, beam]
env: { OMP_NUM_THREADS: 4, VERSION: 1.10, ON: yes, HEX: 0x1F, FAST: true }
resources: { cpus: 2, memory: 16 GiB, time: 1h30m }
parallel: { kind: threads }
inputs: [beam.inp, ../shared/steel.inp, /data/mesh]
outputs: ["*.frd"]
metrics:
  tip: { regex: "tip = (.*)", unit: mm }
`;
    expect(parseWorkload(text, "job.yaml")).toEqual({
      name: "beam",
      image: { from: "debian:bookworm", packages: ["calculix-ccx"], run: [] },
      command: ["ccx", "-i", "beam"],
      env: { OMP_NUM_THREADS: "4", VERSION: "1.10", ON: "yes", HEX: "0x1F", FAST: "true" },
      resources: { cpus: 2, memory: 16 * 1024 ** 3, time: 5400 },
      parallel: { kind: "threads" },
      inputs: ["beam.inp", "../shared/steel.inp", "/data/mesh"],
      outputs: ["*.frd"],
      metrics: { tip: { from: "stdout", regex: "tip = (.*)", unit: "mm" } },
    });
  });

  test("may be JSON, begin with a byte order mark, end its lines as Windows does", () => {
    const expected = parseWorkload("command: ./solve\nname: a", "job.yaml");
    for (const text of [
      '{"command": "./solve", "name": "a"}',
      "\u{feff}command: ./solve\r\nname: a\r\n",
      "%YAML 1.2\n---\ncommand: ./solve\nname: a\n...\n",
    ])
      expect(parseWorkload(text, "job.yaml")).toEqual(expected);
  });

  test("keeps words of a command and values of an array as they are written", () => {
    const text = "command: [./solve, -n, 1.10]\nparallel: {kind: array, values: [1.0, 1e3, a]}";
    const { command, parallel } = parseWorkload(text, "job.yaml");
    expect(command).toEqual(["./solve", "-n", "1.10"]);
    expect(parallel).toEqual({ kind: "array", values: ["1.0", "1e3", "a"] });
  });

  test("may use anchors and aliases", () => {
    const text = 'command: x\ninputs: &files ["a*"]\noutputs: *files';
    expect(parseWorkload(text, "job.yaml").outputs).toEqual(["a*"]);
  });

  test("read again from its own result is the same: the API sends results back", async () => {
    const { Workload } = await import("./workload.ts");
    const text = "command: [a, 1]\nimage: debian:bookworm\nresources: {memory: 1.5 GB, time: 5:00}";
    const workload = parseWorkload(text, "job.yaml");
    expect(Workload.parse(JSON.parse(JSON.stringify(workload)))).toEqual(workload);
  });
});

describe("typical mistakes", () => {
  test("misspelt and misplaced fields, wrong types, wrong units, wrong words", () => {
    expect(
      message(
        "name: beam",
        "comand: ./solve beam.inp",
        "resources:",
        "  cpus: four",
        "  memory: 16 Gigs",
        "level: vmm",
      ),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 4 problems

      job.yaml:2:1: unknown field "comand"; did you mean "command"?
        2 | comand: ./solve beam.inp
          | ^^^^^^
      job.yaml:4:9: resources.cpus is "four"; expected a number, such as 4
        4 |   cpus: four
          |         ^^^^
      job.yaml:5:11: "16 Gigs" is not a size: write a number and a unit, such as "16 GiB", "500 MB" or "4G"
        5 |   memory: 16 Gigs
          |           ^^^^^^^
      job.yaml:6:8: level is "vmm"; expected process, container or vm; did you mean "vm"?
        6 | level: vmm
          |        ^^^
      "
    `);
  });

  test("fields of resources at the top, and Slurm's words", () => {
    expect(
      message("command: ./solve", "cpus: 4", "mem: 4G", "walltime: 3h"),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 3 problems

      job.yaml:2:1: unknown field "cpus"; did you mean "resources.cpus"?
        2 | cpus: 4
          | ^^^^
      job.yaml:3:1: unknown field "mem"; did you mean "resources.memory"?
        3 | mem: 4G
          | ^^^
      job.yaml:4:1: unknown field "walltime"; did you mean "resources.time"?
        4 | walltime: 3h
          | ^^^^^^^^
      "
    `);
  });

  test("a field that resembles nothing", () => {
    expect(message("command: ./solve", "colour: red")).toMatchInlineSnapshot(`
      "
      job.yaml:2:1: unknown field "colour"; expected one of name, image, command, env, workdir, resources, parallel, inputs, outputs, network, level, engine, metrics, interact, licenses, profile, objective
        2 | colour: red
          | ^^^^^^
      "
    `);
  });

  test("no command", () => {
    expect(message("name: beam", "image: debian:bookworm")).toMatchInlineSnapshot(`
      "
      job.yaml:1:1: the field "command" is missing; expected text or a list (What to run: a line for the shell, or a list of words run as they are)
        1 | name: beam
          | ^^^^
      "
    `);
  });

  test("a pattern without quotes, outputs outside the working folder", () => {
    expect(
      message("command: ./solve", "inputs:", "  - *.dat", "outputs: [/tmp/x, ../y]"),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 3 problems

      job.yaml:3:5: "*.dat" without quotes is a reference to an anchor that is not there; for a pattern write "*.dat" in quotes
        3 |   - *.dat
          |     ^^^^^
      job.yaml:4:11: "/tmp/x" is absolute; expected a path or pattern relative to the run's working folder
        4 | outputs: [/tmp/x, ../y]
          |           ^^^^^^
      job.yaml:4:19: "../y" climbs out of the working folder; expected a path or pattern relative to the run's working folder
        4 | outputs: [/tmp/x, ../y]
          |                   ^^^^
      "
    `);
  });

  test("a word that YAML takes for a truth value, where text is meant", () => {
    expect(message("command: true")).toContain(
      'command is true; expected text or a list: write "true" in quotes',
    );
  });

  test("a command with a colon, without quotes", () => {
    expect(message("name: beam", "command: echo result: 5")).toMatchInlineSnapshot(`
      "
      job.yaml:2:10: a second ": " in one line; put text that holds ": " in quotes, and each field on a line of its own
        2 | command: echo result: 5
          |          ^
      "
    `);
  });

  test("a tab", () => {
    expect(message("resources:", "\tcpus: 4", "command: ./solve")).toMatchInlineSnapshot(`
      "
      job.yaml:2:1: a tab cannot indent in YAML; use spaces
        2 |  cpus: 4
          | ^
      "
    `);
  });

  test("a forgotten unit, an engine of another level, fewer cpus than ranks", () => {
    expect(
      message(
        "command: mpirun ./solve",
        "image: debian:bookworm",
        "level: vm",
        "engine: crun",
        "resources: { memory: 16, cpus: 2 }",
        "parallel: { kind: mpi, ranks: 8 }",
      ),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 3 problems

      job.yaml:4:9: the engine crun provides the level container, but level is vm; expected qemu or uml, or only one of the two fields
        4 | engine: crun
          |         ^^^^
      job.yaml:5:22: 16 B of memory is too little for any program; did you mean "16 GiB"?
        5 | resources: { memory: 16, cpus: 2 }
          |                      ^^
      job.yaml:5:32: resources.cpus is 2, but parallel asks for 8 MPI ranks; expected a cpu for each rank, or leave cpus out
        5 | resources: { memory: 16, cpus: 2 }
          |                                ^
      "
    `);
  });

  test("a profile and an objective", () => {
    expect(
      message(
        "command: ./solve",
        "profile:",
        "  coupling: tigth",
        "  memoryperrank: 4 GiB",
        "  measured: [{ time: 42m }]",
        "  serialFraction: 5",
        "  architectures: [x86_64]",
        "objective: { minimize: cost, deadline: tomorrow, currency: euro }",
      ),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 7 problems

      job.yaml:3:13: profile.coupling is "tigth"; expected none, loose or tight; did you mean "tight"?
        3 |   coupling: tigth
          |             ^^^^^
      job.yaml:4:3: unknown field "memoryperrank" in profile; did you mean "memoryPerRank"?
        4 |   memoryperrank: 4 GiB
          |   ^^^^^^^^^^^^^
      job.yaml:5:14: the field "profile.measured[0].on" is missing; expected text (Where: here, or an offer of the catalogue)
        5 |   measured: [{ time: 42m }]
          |              ^^^^^^^^^^^^^
      job.yaml:6:19: profile.serialFraction is 5; expected at most 1
        6 |   serialFraction: 5
          |                   ^
      job.yaml:8:14: unknown field "minimize" in objective; did you mean "minimise"?
        8 | objective: { minimize: cost, deadline: tomorrow, currency: euro }
          |              ^^^^^^^^
      job.yaml:8:40: "tomorrow" is not a duration: write "1h30m", "90 s", "2 days" or "01:30:00"
        8 | objective: { minimize: cost, deadline: tomorrow, currency: euro }
          |                                        ^^^^^^^^
      job.yaml:8:60: objective.currency is "euro"; expected three capital letters (ISO 4217) or SU, such as "EUR"
        8 | objective: { minimize: cost, deadline: tomorrow, currency: euro }
          |                                                            ^^^^
      "
    `);
  });

  test("a profile beside resources that are wrong is not judged by them", () => {
    expect(
      message("command: ./solve", "resources: { cpus: eight }", "profile: { machines: 4 }"),
    ).not.toMatch(/machines/);
  });

  test("shapes from other programs", () => {
    expect(
      message("command: ./solve", "parallel: threads", "env:", "  - A=1", "inputs: a.dat"),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 3 problems

      job.yaml:2:11: parallel is "threads"; expected fields, one on each line, such as { kind: "threads" }
        2 | parallel: threads
          |           ^^^^^^^
      job.yaml:4:3: env is a list; expected names with a value each, such as { OMP_NUM_THREADS: "4" }
        4 |   - A=1
          |   ^^^^^
      job.yaml:5:9: inputs is "a.dat"; expected a list: write ["a.dat"]
        5 | inputs: a.dat
          |         ^^^^^
      "
    `);
  });

  test("metrics", () => {
    expect(
      message(
        "command: ./solve",
        "metrics:",
        '  a: { regex: "t = (" }',
        "  b: { regexp: x }",
        "  c: { unit: s }",
        '  d: { json: "$..x" }',
      ),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 4 problems

      job.yaml:3:15: "t = (" is not a JavaScript regular expression: unterminated group
        3 |   a: { regex: "t = (" }
          |               ^^^^^^^
      job.yaml:4:8: unknown field "regexp" in metrics.b; did you mean "regex"?
        4 |   b: { regexp: x }
          |        ^^^^^^
      job.yaml:5:6: a metric needs either regex or json: exactly one of them
        5 |   c: { unit: s }
          |      ^^^^^^^^^^^
      job.yaml:6:14: "$..x" is no JSON path; expected a path to one value, such as "$.results[0].gflops"
        6 |   d: { json: "$..x" }
          |              ^^^^^^
      "
    `);
  });

  test("the same field twice, an empty one, names that mean something to JavaScript", () => {
    expect(
      message(
        "command: a",
        "command: b",
        "image:",
        "__proto__: { x: 1 }",
        "constructor: 4",
        "env: { __proto__: 1, A: }",
      ),
    ).toMatchInlineSnapshot(`
      "
      job.yaml has 6 problems

      job.yaml:2:1: "command" is there twice; keep one of them
        2 | command: b
          | ^^^^^^^
      job.yaml:3:1: image is empty; expected text or fields, one on each line, such as "debian:bookworm"
        3 | image:
          | ^^^^^
      job.yaml:4:1: unknown field "__proto__"
        4 | __proto__: { x: 1 }
          | ^^^^^^^^^
      job.yaml:5:1: unknown field "constructor"; expected one of name, image, command, env, workdir, resources, parallel, inputs, outputs, network, level, engine, metrics, interact, licenses, profile, objective
        5 | constructor: 4
          | ^^^^^^^^^^^
      job.yaml:6:8: unknown field "__proto__"
        6 | env: { __proto__: 1, A: }
          |        ^^^^^^^^^
      job.yaml:6:22: env.A is empty; expected text, a number or true or false: write "" for empty text
        6 | env: { __proto__: 1, A: }
          |                      ^
      "
    `);
  });

  test("a long line is shown around the place", () => {
    expect(
      message(`command: "${"x".repeat(300)}"`, `env: {A: "${"y".repeat(200)}", 1B: 2, C: "zzz"}`),
    ).toMatchInlineSnapshot(`
      "
      job.yaml:2:214: "1B" is no name in env: a variable's name has letters, digits and _, no digit first
        2 | …yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 1B: 2, C: "zzz"}
          |                                                 ^^
      "
    `);
  });
});

describe("places", () => {
  test("are data too", () => {
    const { details, hint } = failure("command: a\nlevel: vmm");
    expect(hint).toContain("aloft schema workload");
    expect(details).toEqual([
      {
        file: "job.yaml",
        line: 2,
        column: 8,
        path: ["level"],
        message: 'level is "vmm"; expected process, container or vm; did you mean "vm"?',
        expected: "process, container or vm",
        found: "vmm",
        suggestion: "vm",
      },
    ]);
  });

  test("of a missing field is the name of what should hold it", () => {
    expect(places("command: a\nparallel: {kind: mpi}")).toEqual(["2:1 parallel.ranks"]);
    expect(places("command: a\nparallel:\n  ranks: 4")).toEqual(["2:1 parallel.kind"]);
  });

  test("inside an alias are those of the anchor", () => {
    expect(places("command: a\ninputs: &x [3]\noutputs: *x")).toEqual([
      "2:13 inputs.0",
      "2:13 outputs.0",
    ]);
  });

  test("count from the line's own beginning with Windows line ends and after a byte order mark", () => {
    expect(places("\u{feff}command: a\r\nlevel: x\r\n")).toEqual(["2:8 level"]);
    expect(places("\u{feff}nam: a\ncommand: b")).toEqual(["1:1 nam"]);
  });
});

describe("what is no workload at all", () => {
  test.each([
    ["", /^job.yaml:1:1: the file is empty/],
    ["# nothing\n", /^job.yaml:\d:\d: the file is empty/],
    ["- a\n- b", /^job.yaml:1:1: the file is a list; expected fields/],
    ["hello", /^job.yaml:1:1: the file is "hello"; expected fields/],
    ["command: a\n---\ncommand: b", /^job.yaml:2:1: a second document begins here/],
    ["command: a\0b", /^job.yaml:1:11: this is not text: it holds a NUL/],
    ['command: "a\\0b"', /^job.yaml:1:10: command holds a NUL character/],
    ["a: &x [*x]\ncommand: b", /"\*x" refers to what it is a part of/],
    ["<<: {a: 1}\ncommand: b", /merge keys \("<<"\) are not part of YAML 1.2/],
    ["command: !!js/function 'x'", /tags have no meaning in a workload/],
    ["{a: 1}: b\ncommand: c", /a field's name must be text/],
    ["command: [a", /^job.yaml:1:\d+: this is not YAML/],
  ])("%j", (text, expected) => {
    expect(failure(text).message).toMatch(expected);
  });

  test("more than a mebibyte is refused before it is read", () => {
    expect(failure(`command: "${"x".repeat(1024 ** 2)}"`).message).toMatch(/larger than 1 MiB/);
  });

  test("aliases of aliases do not multiply", () => {
    const lines = ["command: x", "profile:", "  a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1)
      lines.push(
        `  a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
      );
    expect(failure(lines.join("\n")).message).toMatch(/stands for too much: at most 10000/);
  });

  const large = 2 ** 18;
  test.each([
    ["opened lists", "[".repeat(large)],
    ["nested lists", `command: x\nprofile: {a: ${"[".repeat(large / 2)}${"]".repeat(large / 2)}}`],
    ["nested fields", "{a: ".repeat(large / 4)],
    ["nested block lists", "- ".repeat(large / 2)],
    ["complex keys", "? ".repeat(large / 2)],
    ["directives", "%a\n".repeat(large / 3)],
    ["documents", "---\n".repeat(large / 4)],
    ["different fields", Array.from({ length: large / 8 }, (_, n) => `k${n}: 1`).join("\n")],
    [
      "misspelt fields",
      `command: x\nmetrics:${Array.from({ length: 4000 }, (_, n) => `\n k${n}: {regexp: a}`).join("")}`,
    ],
    ["the same field", "kk: 1\n".repeat(large / 8)],
  ])("%s by the thousand end in a message of reasonable length", (_, text) => {
    expect(failure(text).message.length).toBeLessThan(20_000);
  });
});
