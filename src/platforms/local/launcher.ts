import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { quote } from "../../base/shell.ts";
import { createKeptShell, endShell, readLines } from "./kept-shell.ts";

/** Starts `job.sh` in a session of its own, as nobody's business but its own: it lives on when this process ends. */
export interface Launcher {
  /** Resolves when it has been started, or has failed to. */
  launch(id: string, script: string): Promise<void>;
  /** Whether a process that was started for this job has not ended yet, as far as this process can tell. */
  isLaunched(id: string): boolean;
  /** The process that waits for the next job, where there is one. */
  readonly waiting: number | undefined;
  /** Resolves when nothing of it holds the state folder any more; jobs go on. */
  dispose(): Promise<void>;
}

export interface LauncherOptions {
  /** The state folder: where a shell is that waits, and no `job.sh` is any more. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The descriptor on which `job.sh` tells of its end. */
  readonly notice: number;
  /** A job has told of its end, or its `job.sh` has gone. */
  readonly onEnd: (id: string) => void;
}

/** Name of a shell that waits for its job (`argv[0]` of its script): others tell it by this. */
export const waitingName = "aloft-waiting";

/** Milliseconds without a launch until the next shell is made: starting one stops the event loop for some of them. */
const quiet = 50;
/** Starting job.sh takes a millisecond; in milliseconds. */
const patience = 10_000;

/**
 * Starting a program costs a millisecond and more, and `job.sh` takes two: `setsid` and `sh`. So one shell in a session of its
 * own is started ahead, and waits for the name of its script: docs/adr/0008. Launches that come faster than shells are made go through a kept shell.
 */
export function createLauncher(options: LauncherOptions): Launcher {
  const { cwd, env, notice, onEnd } = options;
  const launched = new Set<string>();
  let ahead: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  const kept = createKeptShell({ cwd, env, patience, onNotice: onEnd });

  function prepare(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      ahead ??= started();
    }, quiet).unref();
  }

  function started(): ChildProcess {
    const script = `IFS= read -r script || exit 0; exec < /dev/null ${notice}>&3 3>&-; . "$script"`;
    const shell = spawn("/bin/sh", ["-c", script, waitingName], {
      cwd,
      env: { ...env },
      detached: true,
      stdio: ["pipe", "ignore", "ignore", "pipe"],
    });
    const [input, , , notices] = shell.stdio as unknown as [Writable, null, null, Readable];
    const gone = (): void => {
      if (ahead === shell) ahead = undefined;
    };
    shell.on("error", gone).on("exit", gone);
    input.on("error", gone);
    for (const part of [shell, input, notices]) (part as { unref?: () => void }).unref?.();
    return shell;
  }

  /** Gives the job to the shell that waits. */
  function hand(shell: ChildProcess, id: string, script: string): void {
    ahead = undefined;
    launched.add(id);
    const ended = (): void => {
      launched.delete(id);
      onEnd(id);
    };
    readLines(shell.stdio[3] as Readable, onEnd);
    shell.on("exit", ended).on("error", ended);
    shell.stdin?.end(`${script}\n`);
  }

  /** In the foreground of the kept shell, and so with no signal ignored; setsid forks, and job.sh is nobody's child. */
  async function fork(id: string, script: string): Promise<void> {
    launched.add(id);
    const streams = `< /dev/null > /dev/null 2>&1 ${notice}>&3 3>&-`;
    await kept.run(`setsid -f /bin/sh ${quote(script)} ${streams}`).catch(() => undefined);
    launched.delete(id);
  }

  prepare();
  return {
    async launch(id, script) {
      const shell = ahead;
      prepare();
      if (shell) hand(shell, id, script);
      else await fork(id, script);
    },
    isLaunched: (id) => launched.has(id),
    get waiting() {
      return ahead?.pid;
    },
    async dispose() {
      clearTimeout(timer);
      const last = ahead;
      ahead = undefined;
      await Promise.all([endShell(last), kept.dispose()]);
    },
  };
}
