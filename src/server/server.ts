import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import * as z from "zod";
import { AloftError } from "../base/errors.ts";
import { operations } from "../contract/operations.ts";
import type { Problem } from "../contract/problem.ts";
import {
  buildEventsRoute,
  type OperationName,
  routes,
  streamRoute,
  updateEventsRoute,
} from "../contract/routes.ts";
import { hasEnded } from "../model/run.ts";
import type { Engine } from "../engine/engine.ts";
import { followFile } from "./follow-file.ts";
import { createHandlers, type ServerParts } from "./handlers.ts";
import { openApi } from "./openapi.ts";
import { parsePart, toProblem } from "./problem.ts";
import { progressLines, type Work } from "./progress-lines.ts";

const hint = "GET /v1/openapi.json describes every operation";

/** A workload with a million array values is about this large. */
const bodyLimit = 32 * 1024 * 1024;

/** The HTTP server over an engine, not listening yet. Every operation of the contract has its route. */
export function createServer(parts: ServerParts): FastifyInstance {
  const server = fastify({ bodyLimit, logger: false, forceCloseConnections: true });
  const handlers = createHandlers(parts);

  server.setErrorHandler((thrown: Error & { statusCode?: number }, request, reply) => {
    // Fastify's own refusals (a body that is no JSON, too large a body) are the client's mistake.
    const { statusCode = 500, message } = thrown;
    const theirs = !(thrown instanceof AloftError) && statusCode < 500;
    const problem = toProblem(theirs ? new AloftError("bad-input", message, { hint }) : thrown);
    if (problem.code === "internal")
      parts.report(`${request.method} ${request.url}: ${thrown.stack}`);
    return answer(reply, theirs ? { ...problem, status: statusCode } : problem);
  });
  server.setNotFoundHandler((request, reply) => {
    const message = `there is no ${request.method} ${request.url}`;
    return answer(reply, toProblem(new AloftError("not-found", message, { hint })));
  });

  for (const name of Object.keys(routes) as OperationName[]) {
    const { method, path } = routes[name];
    const schemas = operations[name];
    server.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const input = {
          params: parsePart(schemas.params, request.params, "path"),
          query: parsePart(schemas.query, request.query, "query"),
          body: parsePart(schemas.body, request.body ?? {}, "body"),
          signal: gone(request, reply),
        };
        return handlers[name](input as never);
      },
    });
  }
  server.get("/v1/openapi.json", () => openApi(parts.version));
  server.get(streamRoute, (request, reply) => stream(parts.engine, request, reply));
  server.post(buildEventsRoute, (request, reply) => {
    const body = parsePart(operations.buildImage.body, request.body ?? {}, "body");
    const asked = { ...body, signal: gone(request, reply) };
    return sendLines(reply, async (report) => ({ image: await parts.images.build(asked, report) }));
  });
  server.post(updateEventsRoute, (request, reply) => {
    const body = parsePart(operations.updateOffers.body, request.body ?? {}, "body");
    const asked = { ...body, signal: gone(request, reply) };
    return sendLines(reply, async (report) => ({
      result: await parts.catalog.update(asked, report),
    }));
  });
  return server;
}

function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type("application/problem+json").send(problem);
}

function sendLines(reply: FastifyReply, work: Work): FastifyReply {
  return reply.type("application/x-ndjson").send(Readable.from(progressLines(work)));
}

const StreamParams = z.strictObject({
  id: z.string().min(1),
  stream: z.enum(["stdout", "stderr"]),
});
const StreamQuery = z.strictObject({
  follow: z.stringbool().default(false),
  from: z.coerce.number().int().nonnegative().default(0),
});

async function stream(engine: Engine, request: FastifyRequest, reply: FastifyReply) {
  const { id, stream } = parsePart(StreamParams, request.params, "path");
  const { follow, from } = parsePart(StreamQuery, request.query, "query");
  const run = await engine.find(id);
  const signal = gone(request, reply);
  const ended = follow && !hasEnded(run.state) ? engine.wait(run.id, signal) : Promise.resolve();
  const bytes = followFile(`${run.folder}/${stream}`, from, ended, signal);
  return reply.type("application/octet-stream").send(Readable.from(bytes));
}

/** Aborts when the client has gone before it was answered. */
function gone(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const control = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) control.abort();
  });
  request.raw.on("error", () => control.abort());
  return control.signal;
}
