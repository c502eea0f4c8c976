import { Agent, request } from "node:http";
import { join } from "node:path";
import { fillPath, type OperationName, routes, streamRoute } from "../src/contract/routes.ts";
import type { WorkloadInput } from "../src/model/workload.ts";
import type { EngineName } from "../src/model/level.ts";
import type { Run } from "../src/model/run.ts";
import { type Contender, type Group, names, type Part } from "./contender.ts";
import { program } from "./by-hand.ts";
import { startDaemon } from "./daemon.ts";
import type { Place } from "./place.ts";

/** An Aloft of the benchmark's own, and its API over kept-alive connections to its unix socket. */
export interface OurServer {
  readonly home: string;
  call<Answer>(name: OperationName, call?: Call): Promise<Answer>;
  /** Resolves with the first bytes of a run's standard output. */
  firstOutput(id: string): Promise<string>;
}

export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

export interface OurServerOptions {
  /** The command of Aloft. */
  readonly aloft: readonly string[];
  readonly guests: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export async function startOurServer(options: OurServerOptions, place: Place): Promise<OurServer> {
  const home = place.path("home");
  const server = clientOf(join(home, "aloft.sock"), home);
  const answers = () =>
    server.call("status").then(
      () => true,
      () => false,
    );
  await startDaemon(
    {
      argv: [...options.aloft, "up", "--foreground"],
      env: { ...options.env, ALOFT_HOME: home, ALOFT_GUESTS: options.guests },
      log: join(place.folder, "aloft.log"),
      ...{ answers, signal: options.signal },
    },
    place,
  );
  return server;
}

function clientOf(socketPath: string, home: string): OurServer {
  // One connection for calls; the other is for the output of virtual machines.
  const [calls, streams] = [
    new Agent({ keepAlive: true, maxSockets: 1 }),
    new Agent({ keepAlive: true }),
  ];
  return {
    home,
    call: (name, { params = {}, query = "", body } = {}) => {
      const { method, path } = routes[name];
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { "content-type": "application/json" };
      return new Promise((resolve, reject) => {
        const options = { socketPath, agent: calls, method, path: fillPath(path, params) + query };
        const sent = request({ ...options, headers }, (response) => {
          let answer = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (answer += chunk));
          response.on("error", reject);
          response.on("end", () => {
            if ((response.statusCode ?? 500) >= 400) reject(new Error(answer.slice(0, 500)));
            else resolve(JSON.parse(answer));
          });
        });
        sent.on("error", reject);
        sent.end(text);
      });
    },
    firstOutput: (id) =>
      new Promise((resolve, reject) => {
        const path = `${fillPath(streamRoute, { id, stream: "stdout" })}?follow=true`;
        const sent = request({ socketPath, agent: streams, path }, (response) => {
          response.once("data", (chunk: Buffer) => resolve(chunk.toString()));
          response.on("end", () => reject(new Error("no output")));
        });
        sent.on("error", reject);
        sent.end();
      }),
  };
}

interface OurContender {
  readonly group: Group;
  readonly name: string;
  readonly engine: EngineName;
}

const ours: readonly OurContender[] = [
  { group: "start", name: names.host, engine: "host" },
  { group: "start", name: names.bubblewrap, engine: "bubblewrap" },
  { group: "start", name: names.crun, engine: "crun" },
  { group: "start", name: names.runc, engine: "runc" },
  { group: "vm", name: names.qemu, engine: "qemu" },
  { group: "vm", name: names.uml, engine: "uml" },
];

/** Each engine through the server: from the request to the answer that says that the run has ended. */
export function ourParts(server: OurServer, image: string | undefined): Part[] {
  return ours.map((one) => ({
    group: one.group,
    names: [one.name],
    async prepare() {
      if (one.engine !== "host" && image === undefined) throw new Error("making images needs root");
      return [contender(server, one, image)];
    },
  }));
}

/** What virtual machines print, so that the time of their first output can be told. */
export const word = "begun";

function contender(server: OurServer, one: OurContender, image: string | undefined): Contender {
  const { engine, name, group } = one;
  const workload: WorkloadInput = {
    name: "start",
    command: group === "vm" ? ["/bin/echo", word] : [program],
    resources: { cpus: 1, memory: "256 MiB" },
    ...(engine === "host" || image === undefined ? {} : { image, network: "none" }),
  };
  const body = { workload, origin: server.home, engine };
  return {
    name,
    how: `POST ${routes.createRun.path} ${JSON.stringify(body)}, then GET ${routes.waitRun.path}`,
    async measure() {
      const begin = performance.now();
      const { id } = await server.call<Run>("createRun", { body });
      const [end, first] = await Promise.all([
        ended(server, id, begin),
        group === "vm" ? firstWord(server, id, begin) : undefined,
      ]);
      return first === undefined ? { end } : { end, first };
    },
  };
}

async function firstWord(server: OurServer, id: string, begin: number): Promise<number> {
  const said = await server.firstOutput(id);
  if (!said.startsWith(word)) throw new Error(`the first output was "${said.slice(0, 80)}"`);
  return performance.now() - begin;
}

async function ended(server: OurServer, id: string, begin: number): Promise<number> {
  for (;;) {
    const run = await server.call<Run>("waitRun", { params: { id } });
    const end = performance.now() - begin;
    if (run.endedAt === null) continue;
    if (run.state !== "succeeded") throw new Error(`the run ${run.state}: ${run.reason}`);
    return end;
  }
}
