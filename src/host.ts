import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WriteStream } from "node:tty";
import { AloftError, errorCodes } from "./base/errors.ts";
import type { CliHost, Output } from "./cli/host.ts";
import { version } from "./version.ts";

/** How long a server in the background may take until it answers, in milliseconds. */
const startDeadline = 20_000;
const stopDeadline = 20_000;

export interface HostParts {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** The program that was started: the bundle, or main.ts. */
  readonly program: string;
}

/** Joins the command line to this process and its machine. */
export function createCliHost({ env, home, program }: HostParts): CliHost {
  const socket = join(home, "aloft.sock");
  const log = join(home, "server.log");
  const uid = process.geteuid?.() ?? -1;

  /** Starts a server in the background; the answer tells how it ended, once it has. */
  async function startServer(): Promise<() => number | undefined> {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const { spawn } = await import("node:child_process");
    const output = openSync(log, "a", 0o600);
    const { serverCommand } = await import("./server-command.ts");
    const argv = [process.execPath, program, "up", "--foreground", "--debug"];
    const [file = "", ...args] = serverCommand(argv, uid);
    const server = spawn(file, args, {
      detached: true,
      stdio: ["ignore", output, output],
      cwd: "/",
      env: { ...env, ALOFT_HOME: home },
    });
    closeSync(output);
    let failed: number | undefined;
    server.on("error", () => {
      failed = -1;
    });
    server.unref();
    return () => failed ?? server.exitCode ?? undefined;
  }

  async function ensureServer(): Promise<void> {
    if (await answers(socket)) return;
    let ended = await startServer();
    const served = async (): Promise<boolean> => {
      if (await answers(socket)) return true;
      const code = ended();
      if (code === undefined) return false;
      // Another one was first, and will answer; or it was killed before it did, and the place is free.
      if (code !== errorCodes.conflict.exit) throw notStarted(log);
      await pause(200);
      if (!(await answers(socket))) ended = await startServer();
      return false;
    };
    await until(served, startDeadline, () => notStarted(log));
  }

  async function stopServer(): Promise<boolean> {
    if (!(await answers(socket))) return false;
    const { createSocketTransport } = await import("./cli/transport.ts");
    const { createClient } = await import("./contract/client.ts");
    await createClient(createSocketTransport(socket).send)("shutdown", { body: {} });
    await until(
      async () => !(await answers(socket)),
      stopDeadline,
      () => new AloftError("unavailable", "the server does not end", { hint: `${log} says more` }),
    );
    return true;
  }

  return {
    // Opened when it is asked for: few commands read it.
    get stdin() {
      return { stream: process.stdin, terminal: process.stdin.isTTY };
    },
    stdout: outputOf(process.stdout, env),
    stderr: outputOf(process.stderr, env),
    version: version(program),
    program,
    cwd: process.cwd(),
    home,
    socket,
    env,
    setup: {
      uid,
      steps: [
        {
          name: "kernel of virtual machines",
          why: "a Linux kernel and a first process for the guests of level vm",
          needed: async () => {
            const { guestsFolder, guestsNeeded } = await import("./guests.ts");
            return guestsNeeded(guestsFolder(home, env.ALOFT_GUESTS));
          },
          async run(report) {
            const { guestsFolder, prepareGuests } = await import("./guests.ts");
            await prepareGuests(guestsFolder(home, env.ALOFT_GUESTS), report);
          },
        },
      ],
    },
    ensureServer,
    stopServer,
    serve: async () =>
      (await import("./serve.ts")).serve({ env, home, socket, version: version(program), program }),
    async confirm(question) {
      const { createInterface } = await import("node:readline/promises");
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } finally {
        prompt.close();
      }
    },
    onInterrupt(handler) {
      process.on("SIGINT", handler);
      process.on("SIGTERM", handler);
      return {
        [Symbol.dispose]() {
          process.off("SIGINT", handler);
          process.off("SIGTERM", handler);
        },
      };
    },
  };
}

function outputOf(stream: WriteStream, env: NodeJS.ProcessEnv): Output {
  const terminal = stream.isTTY;
  return {
    stream,
    terminal,
    colour: terminal && !env.NO_COLOR && env.TERM !== "dumb",
    columns: () => (terminal ? stream.columns : undefined),
  };
}

async function answers(socket: string): Promise<boolean> {
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.on("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.on("error", () => resolve(false));
  });
}

async function until(
  holds: () => Promise<boolean>,
  deadline: number,
  error: () => AloftError,
): Promise<void> {
  const end = performance.now() + deadline;
  while (!(await holds())) {
    if (performance.now() > end) throw error();
    await pause(15);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function notStarted(log: string): AloftError {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-5);
  return new AloftError("unavailable", `the server did not start: ${lines.join("\n  ")}`, {
    hint: `${log} says more; \`aloft up --foreground\` shows it as it happens`,
  });
}
