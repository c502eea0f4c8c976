import { mkdtempSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Run } from "../src/model/run.ts";
import { install, until } from "./installation.ts";
import { smallRoot } from "./small-image.ts";

test("Alofts with homes of their own do not disturb each other", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-two-"));
  await using first = install();
  await using second = install();
  const image = smallRoot(join(folder, "root"));
  const both = [first, second];
  const runs = await Promise.all(
    both.map(async (aloft) => {
      await aloft.json(["image", "build", "--from", image, "--name", "small"]);
      const args = [
        "run",
        "--detach",
        "--image",
        "small",
        "--memory",
        "64 MiB",
        "--",
        "sleep",
        "3",
      ];
      return aloft.json<Run>(args);
    }),
  );
  await first.run(["down", "--cancel"]);
  await until(() => first.leftovers().length === 0, "nothing of the first is left");
  const [ended, living] = runs;
  await second.run(["wait", living?.id ?? ""]);
  expect(await second.json<Run>(["show", living?.id ?? ""])).toMatchObject({ state: "succeeded" });
  expect((await second.run(["show", ended?.id ?? ""])).code).toBe(3);
  rmSync(folder, { recursive: true });
});

function get(
  socketPath: string,
  path: string,
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("the API is on a socket of the user's own, and describes itself", async () => {
  await using aloft = install();
  await aloft.run(["up"]);
  const socket = join(aloft.home, "aloft.sock");
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect(statSync(aloft.home).mode & 0o777).toBe(0o700);
  const api = JSON.parse((await get(socket, "/v1/openapi.json")).body);
  expect(api.openapi).toBe("3.1.0");
  expect(api.paths["/v1/runs/{id}/cancel"].post.operationId).toBe("cancelRun");
  const missing = await get(socket, "/v1/runs/nothing");
  expect(missing).toMatchObject({ status: 404, type: expect.stringContaining("problem+json") });
  expect(JSON.parse(missing.body)).toMatchObject({
    code: "not-found",
    status: 404,
    retry: "never",
  });
  const wrong = await get(socket, "/v1/runs?limit=many");
  expect(wrong.status).toBe(400);
  expect(JSON.parse(wrong.body).detail).toContain("query.limit");
  expect((await get(socket, "/v2")).status).toBe(404);
});
