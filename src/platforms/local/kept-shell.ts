import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

export interface Said {
  readonly code: number;
  /** Standard output and standard error together. */
  readonly words: string;
}

/** A shell that is kept, and runs one command after the other. */
export interface KeptShell {
  /** Runs a line of sh to its end. Rejects where the shell itself has ended. */
  run(line: string): Promise<Said>;
  /** Resolves when the shell has ended: nothing of it holds the folder any more. */
  dispose(): Promise<void>;
}

/** Closes the input of a shell and waits for its end. */
export async function endShell(shell: ChildProcess | undefined): Promise<void> {
  if (!shell || shell.exitCode !== null || shell.signalCode !== null) return;
  const ended = once(shell, "exit");
  // Nothing else may keep this process alive until then.
  shell.ref();
  shell.stdin?.end();
  await ended;
}

export interface KeptShellOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which a command that hangs is ended, with the shell. */
  readonly patience: number;
  /** Told of each line that is written to descriptor 3, now or later, by what the commands have started. */
  readonly onNotice?: (line: string) => void;
}

interface Asked {
  readonly resolve: (said: Said) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A server with all its memory takes milliseconds to fork, and its event loop stands still for so long; a shell takes a tenth of that,
 * elsewhere. Started when it is first needed, and again when it has ended; it ends with the server.
 */
export function createKeptShell(options: KeptShellOptions): KeptShell {
  let shell: ChildProcess | undefined;
  const asked: Asked[] = [];
  let text = "";

  function started(): ChildProcess {
    const made = spawn("/bin/sh", [], {
      cwd: options.cwd,
      stdio: ["pipe", "pipe", "ignore", "pipe"],
      ...(options.env ? { env: { ...options.env } } : {}),
    });
    const [input, output, , notices] = made.stdio as unknown as [
      Writable,
      Readable,
      null,
      Readable,
    ];
    output.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      answer();
    });
    readLines(notices, (line) => options.onNotice?.(line));
    const gone = (): void => {
      if (shell === made) shell = undefined;
      text = "";
      for (const { reject, timer } of asked.splice(0)) {
        clearTimeout(timer);
        reject(new Error("the shell has ended"));
      }
    };
    made.on("error", gone).on("exit", gone);
    input.on("error", gone);
    // None of it keeps the process alive.
    for (const part of [made, input, output, notices]) (part as { unref?: () => void }).unref?.();
    return made;
  }

  /** The words of each command end with a NUL and its exit code. */
  function answer(): void {
    for (;;) {
      const match = /^([^\0]*)\0(\d+)\n/.exec(text);
      const one = match && asked.shift();
      if (!one) return;
      text = text.slice(match[0].length);
      clearTimeout(one.timer);
      one.resolve({ code: Number(match[2]), words: (match[1] ?? "").trim() });
    }
  }

  return {
    run: (line) =>
      new Promise((resolve, reject) => {
        shell ??= started();
        const timer = setTimeout(() => shell?.kill("SIGKILL"), options.patience).unref();
        asked.push({ resolve, reject, timer });
        shell.stdin?.write(`{ ${line}\n} 2>&1; printf '\\000%d\\n' $?\n`);
      }),
    dispose() {
      const last = shell;
      shell = undefined;
      return endShell(last);
    },
  };
}

/** Calls `each` with every whole line. */
export function readLines(stream: Readable, each: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (more: string) => {
    const lines = (rest + more).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) each(line);
  });
}
