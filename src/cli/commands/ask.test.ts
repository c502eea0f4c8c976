import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseWorkload } from "../../model/workload-file.ts";
import { runCli } from "../cli.ts";
import type { CliHost } from "../host.ts";
import { createTestHost, until } from "../testing.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "aloft-ask-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const read = (name = "workload.yaml") => readFileSync(join(cwd, name), "utf8");

function saying(text: string): Pick<CliHost, "stdin"> {
  return { stdin: { stream: Readable.from([text]), terminal: false } };
}

test("answers make a file; an option or nothing replaces it", async () => {
  writeFileSync(join(cwd, "answers.json"), '{ "command": "./solve", "cpus": 4 }');
  const host = createTestHost({ cwd });
  expect(await runCli(["ask", "--answers", "answers.json"], host)).toBe(0);
  expect(host.out.text).toBe("");
  expect(host.err.text).toContain("aloft plan workload.yaml");
  const workload = parseWorkload(read(), "workload.yaml");
  expect(workload).toMatchObject({ command: "./solve", parallel: { kind: "threads" } });

  writeFileSync(join(cwd, "workload.yaml"), "mine");
  expect(await runCli(["ask", "--answers", "answers.json"], host)).toBe(5);
  expect(host.err.text).toContain("workload.yaml is there already");
  expect(read()).toBe("mine");
  expect(await runCli(["ask", "--answers", "answers.json", "--force"], host)).toBe(0);
  expect(read()).toContain("./solve");
  expect(readdirSync(cwd)).toEqual(["answers.json", "workload.yaml"]);
});

test("for programs: the questions, and the file as one document", async () => {
  const asking = createTestHost({ cwd });
  expect(await runCli(["ask", "--json"], asking)).toBe(0);
  expect(JSON.parse(asking.out.text)).toMatchObject({ type: "object", required: ["command"] });
  expect(readdirSync(cwd)).toEqual([]);

  const host = createTestHost({ cwd, ...saying('{ "command": "x" }') });
  expect(await runCli(["ask", "--answers", "-", "--json", "a.yaml"], host)).toBe(0);
  expect(JSON.parse(host.out.text)).toEqual({
    file: join(cwd, "a.yaml"),
    text: read("a.yaml"),
    notices: [],
  });
});

test.each([
  [["--answers", "none.json"], "none.json cannot be read"],
  [["--answers", "-"], "standard input:1:3: nothing called"],
  [[], "nobody can be asked here"],
  [["--answers", "-", "no/folder/a.yaml"], "standard input:1:3"],
])("%j changes nothing", async (words, message) => {
  const host = createTestHost({ cwd, ...saying('{ "comand": "x" }') });
  expect(await runCli(["ask", ...words], host)).toBe(2);
  expect(host.err.text).toContain(message);
  expect(readdirSync(cwd)).toEqual([]);
});

test("a folder that is not there is told", async () => {
  const host = createTestHost({ cwd, ...saying('{ "command": "x" }') });
  expect(await runCli(["ask", "--answers", "-", "no/a.yaml"], host)).toBe(2);
  expect(host.err.text).toContain("no/a.yaml cannot be written");
});

/** Somebody at a terminal, who answers what was just asked. */
function person() {
  const keys = new PassThrough();
  const host = createTestHost({ cwd, stdin: { stream: keys, terminal: true } });
  const atTerminal = { ...host, stderr: { ...host.stderr, terminal: true } };
  let seen = 0;
  return {
    host: atTerminal,
    keys,
    /** Waits for a question and types. */
    answer: async (question: string, typed: string): Promise<void> => {
      await until(() => host.err.text.indexOf(question, seen) >= 0);
      seen = host.err.text.indexOf(question, seen) + question.length;
      keys.write(typed);
    },
  };
}

const enter = "\r";
const down = "\u{1b}[B";

test("a person answers in the form, and a wrong answer is asked again", async () => {
  const { host, answer } = person();
  const done = runCli(["ask"], host);
  await answer("What kind", `${down}${down}${down}${enter}`);
  await answer("short name", `beam${enter}`);
  await answer("the command", enter);
  await answer("nothing to run without a command", `mpirun -n 8 ./solve${enter}`);
  await answer("Which image", `debian:bookworm${enter}`);
  await answer("MPI ranks", `8${enter}`);
  await answer("how many machines", `9${enter}`);
  await answer("machines is 9", `\u{7f}2${enter}`);
  for (const question of ["much memory", "After what", "How long", "Which files", "other data"])
    await answer(question, enter);
  await answer("the result", `out.csv, log/*${enter}`);
  await answer("use it while", enter);
  await answer("licensed", `fluent:4${enter}`);
  await answer("server answer", `${down}${enter}`);
  await answer("matters more", `${down}${enter}`);
  await answer("By when", `8h${enter}`);
  await answer("cost at the most", enter);
  expect(await done).toBe(0);
  expect(parseWorkload(read(), "workload.yaml")).toMatchObject({
    name: "beam",
    command: "mpirun -n 8 ./solve",
    parallel: { kind: "mpi", ranks: 8 },
    outputs: ["out.csv", "log/*"],
    licenses: { fluent: 4 },
    profile: { coupling: "tight", machines: 2, licenseServer: "reachable" },
    objective: { minimise: "cost", deadline: 8 * 3600 },
  });
});

test.each([
  ["Ctrl-C", (keys: PassThrough) => void keys.write("\u{3}")],
  ["a terminal that goes away", (keys: PassThrough) => void keys.end()],
])("%s changes nothing", async (_, leave) => {
  const { host, answer, keys } = person();
  const done = runCli(["ask"], host);
  await answer("What kind", enter);
  await answer("short name", "");
  leave(keys);
  expect(await done).toBe(130);
  expect(host.err.text).toContain("nothing was written");
  expect(readdirSync(cwd)).toEqual([]);
});

test("a file that is there stays unless the person says so", async () => {
  writeFileSync(join(cwd, "workload.yaml"), "mine");
  const { host, answer } = person();
  const done = runCli(["ask"], host);
  await answer("Replace it", enter);
  expect(await done).toBe(130);
  expect(read()).toBe("mine");
  expect(existsSync(join(cwd, "workload.yaml.part"))).toBe(false);
});
