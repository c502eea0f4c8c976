import { expect, test } from "vitest";
import type { Run } from "../../model/run.ts";
import { aRun } from "../../model/run-sample.ts";
import { runCli } from "../cli.ts";
import { prefixLines } from "../prefix-lines.ts";
import { answer, createTestHost, createTestServer, type Handler } from "../testing.ts";

/** An ended array of two tasks; the first writes two lines and no last line end. */
const anArray: Handler = ({ path, query }, response) => {
  const array: Partial<Run> = { id: "abc", state: "failed", tasks: { succeeded: 1, failed: 1 } };
  if (path.includes("/streams/")) {
    const texts: Record<string, string> = {
      "abc.0/streams/stdout": "a\nb",
      "abc.1/streams/stdout": "c\n",
      "abc.1/streams/stderr": "oh\n",
    };
    const text = texts[path.replace("/v1/runs/", "")] ?? "";
    return void response.end(text.slice(Number(query.get("from"))));
  }
  const tasks = [1, 0].map((index) =>
    aRun({ id: `abc.${index}`, state: "succeeded", task: { array: "abc", index, count: 2 } }),
  );
  if (path === "/v1/runs" && query.get("array") === "abc") return answer(response, tasks);
  return answer(response, aRun(array));
};

test("logs of an array are those of its tasks in order, each line with the task's number", async () => {
  await using server = createTestServer(anArray);
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["logs", "abc"], host)).toBe(0);
  expect(host.out.text).toBe("[0] a\n[0] b\n[1] c\n");
  expect(host.err.text).toBe("[1] oh\n");
  const follow = createTestHost({ socket: server.socket });
  expect(await runCli(["logs", "-f", "--stdout", "abc"], follow)).toBe(0);
  expect(follow.out.text).toBe(host.out.text);
  expect(follow.err.text).toBe("");
  const json = createTestHost({ socket: server.socket });
  expect(await runCli(["logs", "--json", "abc"], json)).toBe(0);
  expect(JSON.parse(json.out.text)).toEqual([
    { task: 0, stdout: "a\nb", stderr: "" },
    { task: 1, stdout: "c\n", stderr: "oh\n" },
  ]);
});

test("a run of an array tells how its tasks ended, and where their output is", async () => {
  await using server = createTestServer(anArray);
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["run", "--", "true"], host)).toBe(1);
  expect(host.err.text).toContain("2 of 2 tasks ended, 1 failed\n");
  expect(host.err.text).toContain("aloft logs abc");
});

test("logs of a run whose folder was removed are not taken for empty", async () => {
  const timings = { queued: 0, staging: 0, starting: 0, running: 1 };
  const gone = aRun({ id: "abc", state: "succeeded", timings, folder: "/no/such/folder" });
  await using server = createTestServer((_, response) => answer(response, gone));
  await server.start();
  const host = createTestHost({ socket: server.socket });
  expect(await runCli(["logs", "abc"], host)).toBe(3);
  expect(host.err.text).toContain("is gone with its folder /no/such/folder");
});

test("bytes that are cut anywhere keep their value between the prefixes", async () => {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const byte of Buffer.from("é\n\nx")) yield Buffer.from([byte]);
  }
  const out = await Array.fromAsync(prefixLines(pieces(), "[7] "));
  expect(Buffer.concat(out).toString("utf8")).toBe("[7] é\n[7] \n[7] x\n");
});
