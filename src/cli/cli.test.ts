import { aCandidate, aPlan } from "../model/candidate-sample.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import type { Run } from "../model/run.ts";
import { aRun } from "../model/run-sample.ts";
import { runCli } from "./cli.ts";
import { answer, createTestHost, createTestServer, type Handler, until } from "./testing.ts";

/** A server with one run that says "out" and "err" and ends when `ended` has a state. */
function oneRun(outcome: { ended?: Partial<Run>; created?: unknown; cancels?: string[] }): Handler {
  return async ({ method, path, query, body }, response) => {
    if (path === "/v1/runs" && method === "POST") {
      outcome.created = JSON.parse(body);
      return answer(response, aRun({ id: "abc" }));
    }
    if (path.endsWith("/cancel")) outcome.cancels?.push(body);
    if (path.endsWith("/cancel")) return answer(response, aRun({ id: "abc" }));
    if (path.includes("/streams/")) {
      const text = path.endsWith("stdout") ? "out\n" : "err\n";
      response.writeHead(200);
      if (query.get("from") === "0") response.write(text);
      await until(() => outcome.ended !== undefined);
      response.end();
      return undefined;
    }
    await until(() => outcome.ended !== undefined || response.destroyed);
    return answer(response, aRun({ id: "abc", ...outcome.ended }));
  };
}

test("`run -- CMD` sends what was asked, shows both streams and ends with the program's code", async () => {
  const outcome: Parameters<typeof oneRun>[0] = {
    ended: { state: "failed", exitCode: 7, reason: "exit code 7" },
  };
  await using server = createTestServer(oneRun(outcome));
  await server.start();
  const host = createTestHost({ socket: server.socket, cwd: "/somewhere", env: { HERE: "h" } });
  const words = [
    "run",
    "--level",
    "vm",
    "--cpus",
    "2",
    "--memory=1 GiB",
    "--time",
    "1m",
    "--env",
    "A=b=c",
  ];
  const more = ["--env", "HERE", "--input", "x.txt", "--", "/bin/sh", "-c", "exit 7", "--json"];
  expect(await runCli([...words, ...more], host)).toBe(7);
  expect(host.out.text).toBe("out\n");
  expect(host.err.text).toBe("err\n");
  expect(outcome.created).toEqual({
    workload: {
      name: "sh",
      command: ["/bin/sh", "-c", "exit 7", "--json"],
      env: { A: "b=c", HERE: "h" },
      resources: { cpus: 2, memory: 1024 ** 3, time: 60 },
      inputs: ["x.txt"],
      outputs: [],
      metrics: {},
      parallel: { kind: "serial" },
    },
    origin: "/somewhere",
    level: "vm",
    key: expect.stringMatching(/^[0-9a-z]{20}$/) as unknown,
  });
});

test("`run --json` prints one document and nothing else", async () => {
  await using server = createTestServer(oneRun({ ended: { state: "timed-out" } }));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["run", "--json", "--", "true"], host)).toBe(124);
  expect(JSON.parse(host.out.text)).toMatchObject({ id: "abc", state: "timed-out" });
  expect(host.err.text).toBe("");
});

test("`run -q` tells why it could not start, and nothing of what the program's own code says", async () => {
  const reason = "the image cannot be built: no such package";
  const outcome = { ended: { state: "failed", reason } as Partial<Run> };
  await using server = createTestServer(oneRun(outcome));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["run", "-q", "--", "true"], host)).toBe(125);
  expect(host.err.text).toContain(reason);
  outcome.ended = { state: "failed", reason: "exit code 3", exitCode: 3 };
  const own = createTestHost({ socket: server.socket });
  expect(await runCli(["run", "-q", "--", "false"], own)).toBe(3);
  expect(own.err.text).toBe("err\n");
});

test("the first interrupt asks, the second ends at once, and the run's true end is waited for", async () => {
  const outcome: Parameters<typeof oneRun>[0] = { cancels: [] };
  await using server = createTestServer(oneRun(outcome));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  const code = runCli(["run", "--", "sleep", "100"], host);
  await until(() => host.out.text === "out\n");
  host.interrupt();
  await until(() => outcome.cancels?.length === 1);
  host.interrupt();
  await until(() => outcome.cancels?.length === 2);
  expect(outcome.cancels).toEqual(['{"now":false}', '{"now":true}']);
  outcome.ended = { state: "cancelled", reason: "cancelled on request" };
  expect(await code).toBe(130);
  expect(host.err.text).toContain("a second Ctrl-C ends it at once");
  expect(host.err.text).toContain("cancelled");
});

test("when nobody reads the output the run is cancelled and nothing is said", async () => {
  const outcome: Parameters<typeof oneRun>[0] = { cancels: [] };
  await using server = createTestServer(oneRun(outcome));
  await server.start();
  const closed = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("EPIPE"), { code: "EPIPE" })),
  });
  const base = createTestHost();
  const host = createTestHost({
    socket: server.socket,
    stdout: { ...base.stdout, stream: closed },
  });
  expect(await runCli(["run", "--", "yes"], host)).toBe(141);
  await until(() => outcome.cancels?.length === 1);
  expect(host.err.text).not.toContain("error");
  outcome.ended = { state: "cancelled" };
});

test("a slow reader is waited for", async () => {
  const big = "x".repeat(300_000);
  await using server = createTestServer(({ path }, response) => {
    if (path.includes("/streams/")) response.end(path.endsWith("stdout") ? big : "");
    else answer(response, aRun({ state: "succeeded" }));
  });
  await server.start();
  const stream = new PassThrough({ highWaterMark: 1024 });
  let read = 0;
  stream.on("data", (chunk: Buffer) => {
    read += chunk.length;
  });
  const base = createTestHost();
  const host = createTestHost({ socket: server.socket, stdout: { ...base.stdout, stream } });
  expect(await runCli(["logs", "abc"], host)).toBe(0);
  await until(() => read === big.length);
});

test.each([
  [["stauts"], "unknown command 'stauts'", "status"],
  [["ps", "--al"], "unknown option '--al'", "--all"],
  [["run", "--level", "cloud", "--", "x"], "level", "process"],
  [["run", "--cpus", "many", "--", "x"], '--cpus: "many" is not a number of cpus', "0.5"],
  [["run", "--cpus", "5000", "--", "x"], "--cpus:", "up to 4096"],
  [["run", "--name", "a b", "--", "x"], "--name: use letters", "--help"],
  [["run", "--name", "", "--", "x"], "--name:", "--help"],
  [["run", "--image", "", "--", "x"], "--image: it is empty", "--help"],
  [["run", "--env", "1A=2", "--", "x"], '--env: "1A" is not a variable', "--help"],
  [["run", "--env", "GONE", "--", "x"], '--env: "GONE" is not set here', "GONE=VALUE"],
  [["run", "--memory", "10", "--", "x"], "--memory: 10 B of memory is too little", "10 GiB"],
  [["run", "--time", "soon", "--", "x"], '--time: "soon" is not a duration', "1h30m"],
  [["run", "--input", "", "--", "x"], "--input: it is empty", "--help"],
  [["run", "--output", "../x", "--", "x"], "--output:", "--help"],
  [["run", "--memory", "1X", "--", "x"], '--memory: "1X" is not a size', "GiB"],
  [["run"], "nothing to run was given", "-- COMMAND"],
  [["run", "/no/such/file"], "there is no file /no/such/file", "--"],
  [["cancel"], "missing required argument 'run'", "--help"],
  [["compare", "--levels", "moon", "--", "x"], 'there is no "moon"', "container"],
])("%j is refused with a message and a hint", async (argv, message, hint) => {
  const candidates: unknown[] = [];
  await using server = createTestServer((_, response) => {
    answer(response, { workload: "x", candidates, engines: [], advice: [] });
  });
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(argv, host)).toBe(2);
  expect(host.out.text).toBe("");
  expect(host.err.text).toContain(message);
  expect(host.err.text).toContain(hint);
  expect(host.err.text).not.toContain("    at ");
  expect(server.asked.filter((one) => one.includes("/runs"))).toEqual([]);
});

test("a plan of nothing but refusals is shown, and ends as a refusal", async () => {
  const refusals = [{ code: "cpus", message: "it asks for 9 cpus and this machine has 2" }];
  const plan = aPlan({ candidates: [aCandidate({ refusals })] });
  await using server = createTestServer((_, response) => answer(response, plan));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["plan", "--cpus", "9", "--", "x"], host)).toBe(4);
  expect(host.out.text).toContain("it asks for 9 cpus");
  const json = createTestHost({ socket: server.socket });
  expect(await runCli(["plan", "--json", "--cpus", "9", "--", "x"], json)).toBe(4);
  expect(JSON.parse(json.out.text)).toEqual(plan);
});

test("with --json an error is one line of JSON on standard error", async () => {
  const host = createTestHost();
  expect(await runCli(["run", "--json", "--cpus", "0", "--", "x"], host)).toBe(2);
  expect(host.out.text).toBe("");
  expect(JSON.parse(host.err.text)).toMatchObject({ error: { code: "bad-input" } });
});

test("--debug shows the stack", async () => {
  const host = createTestHost();
  expect(await runCli(["run", "--debug"], host)).toBe(2);
  expect(host.err.text).toContain("    at ");
});

test("status says that nothing runs, without starting it", async () => {
  const host = createTestHost();
  expect(await runCli(["status"], host)).toBe(6);
  expect(host.out.text).toContain("not running");
  const json = createTestHost();
  expect(await runCli(["status", "--json"], json)).toBe(6);
  expect(JSON.parse(json.out.text)).toEqual({ running: false, home: "/nowhere" });
});

test("help, version and a bare `aloft` are no errors; every command has examples", async () => {
  const version = createTestHost();
  expect(await runCli(["--version"], version)).toBe(0);
  expect(version.out.text).toBe("1.2.3\n");
  const bare = createTestHost();
  expect(await runCli([], bare)).toBe(0);
  expect(bare.out.text).toContain("Exit codes:");
  const { commands } = await import("./commands.ts");
  for (const { name } of commands) {
    const host = createTestHost();
    expect(await runCli([...name.split(" "), "--help"], host)).toBe(0);
    expect(host.out.text).toContain(`$ aloft ${name}`);
  }
});

test("a build shows its progress and what came out", async () => {
  const image = {
    digest: `sha256:${"0".repeat(64)}`,
    names: ["n"],
    bytes: 1024,
    buildSeconds: 2,
    createdAt: 0,
  };
  await using server = createTestServer((_, response) => {
    response.write('{"phase":"fetch","message":"a"}\n{"phase":"st');
    response.end(`ep","message":"b","step":1,"of":2}\n${JSON.stringify({ image })}\n`);
  });
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["image", "build", "--from", "debian:bookworm"], host)).toBe(0);
  expect(host.err.text).toBe("image: fetch\nimage: step 1/2\n");
  expect(host.out.text).toContain("sha256:0000");
});

test("a build that fails ends with the server's error", async () => {
  const problem = { code: "failed", detail: "no such package", hint: "look", retry: "never" };
  await using server = createTestServer((_, response) => {
    response.end(`${JSON.stringify({ problem })}\n`);
  });
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["image", "pull", "nothing"], host)).toBe(1);
  expect(host.err.text).toContain("no such package");
});

test("a SkyPilot task is sent as a workload, and what it lacks is told", async () => {
  const outcome: Parameters<typeof oneRun>[0] = { ended: { state: "succeeded", exitCode: 0 } };
  await using server = createTestServer(oneRun(outcome));
  await server.start();
  const cwd = mkdtempSync(join(tmpdir(), "aloft-task-"));
  writeFileSync(
    join(cwd, "task.yaml"),
    "workdir: ~/code\nresources: { use_spot: true }\nrun: ls\n",
  );
  const host = createTestHost({ socket: server.socket, cwd, env: { HOME: "/home/me" } });
  expect(await runCli(["run", "task.yaml"], host)).toBe(0);
  expect(host.err.text).toMatch(/notice: task.yaml:2:14: resources.use_spot: /);
  expect(outcome.created).toMatchObject({ workload: { inputs: ["/home/me/code"] }, origin: cwd });
  rmSync(cwd, { recursive: true });
});
