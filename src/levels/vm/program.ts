import { execFile } from "node:child_process";
import { AloftError } from "../../base/errors.ts";

export interface ProgramOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Seconds until the program is killed. */
  readonly deadline: number;
  /** Environment; default the caller's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Standard output of a program that ended with 0. What it wrote to standard error is in the error otherwise. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      args,
      {
        signal: options.signal,
        timeout: options.deadline * 1000,
        killSignal: "SIGKILL",
        maxBuffer: 16 * 1024 ** 2,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        if (options.signal.aborted) return reject(options.signal.reason);
        reject(failure(file, { error, stdout, stderr, deadline: options.deadline }));
      },
    );
    child.stdin?.end();
  });
}

interface Ending {
  readonly error: Error & { code?: unknown; killed?: boolean };
  readonly stdout: string;
  readonly stderr: string;
  readonly deadline: number;
}

function failure(file: string, { error, stdout, stderr, deadline }: Ending): AloftError {
  if (error.code === "ENOENT")
    return new AloftError("unavailable", `the program ${file} is missing`, { cause: error });
  const said = (stderr.trim() || stdout.trim()).split("\n").slice(-3).join("; ");
  const what = error.killed ? `did not end within ${deadline} s` : "failed";
  return new AloftError("failed", `${file} ${what}${said ? `: ${said}` : ""}`, {
    cause: error,
    details: { stdout, stderr },
  });
}
