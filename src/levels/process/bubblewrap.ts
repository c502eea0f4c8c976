import { AloftError } from "../../base/errors.ts";
import { jobFiles } from "../../model/job.ts";
import { probeEngine } from "../engine-probe.ts";
import { type LevelEngine, type SandboxRequest, startFolder, workMount } from "../level.ts";

export interface BubblewrapOptions {
  /** The program `bwrap`. */
  readonly program: string;
  /** A static busybox, for the probe. */
  readonly busybox: string;
  /** A folder for the probe, absolute. */
  readonly scratch: string;
  /** Whether the platform can mount images. */
  readonly mayMount: boolean;
}

/** bwrap writes here as soon as the program's process exists. */
const started = "started";
/** Arguments by a file, for others can read a command line. */
const words = "bwrap.args";
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A process in an image: its own root, and the host's process table, devices, users and, unless it is off, network. */
export function createBubblewrap(options: BubblewrapOptions): LevelEngine {
  const engine: LevelEngine = {
    name: "bubblewrap",
    level: "process",
    abilities: { networks: ["none", "host"], image: "required", maxCpus: null },
    staging: "root",
    probe: (signal) =>
      probeEngine(engine, {
        ...options,
        install: "apt-get install bubblewrap busybox-static",
        signal,
      }),
    sandbox(request) {
      const root = request.image?.root;
      if (root === undefined)
        throw new AloftError("refused", "bubblewrap needs an image", {
          hint: "use the engine host for a process without one",
        });
      if (request.network === "nat")
        throw new AloftError("refused", "a process has the host's network or none", {
          hint: "use the level container or vm for a network of its own",
        });
      return {
        files: [{ path: words, content: nulled(argumentsFor(request, root)) }],
        command: [options.program, "--args", "3", "--info-fd", "4", ...request.argv],
        env: {},
        before: [`exec 3< ${words} 4> ${started}`],
        after: [tellFailure],
        // bwrap itself waits for the program and passes on how it ended.
        terminate: "inside",
        started,
        overheadBytes: 0,
      };
    },
  };
  return engine;
}

/** bwrap gives 1 for its own failures, and says `bwrap: ` before anything else. */
const tellFailure =
  `if [ "$code" = 1 ] && read -r line < ${jobFiles.stderr}; then case $line in ` +
  '"bwrap: execvp "*": No such file or directory") code=127;; "bwrap: execvp "*) code=126;; "bwrap: "*) engine_failed=true;; esac; fi';

function argumentsFor(request: SandboxRequest, root: string): string[] {
  const env = { PATH: defaultPath, HOME: "/root", ...request.env };
  const directory = startFolder(request, workMount);
  return [
    ["--bind", root, "/"],
    ["--dev-bind", "/dev", "/dev"],
    ["--bind", "/proc", "/proc"],
    ["--ro-bind", "/sys", "/sys"],
    ["--bind", `${request.folder}/${jobFiles.work}`, workMount],
    ["--ro-bind-try", "/etc/hosts", "/etc/hosts"],
    ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"],
    request.network === "none" ? ["--unshare-net"] : [],
    ["--dir", directory, "--chdir", directory],
    ["--clearenv"],
    ...Object.entries(env).map(([name, value]) => ["--setenv", name, value]),
  ].flat();
}

/** The form of `--args`: each word ends with NUL. */
function nulled(list: readonly string[]): string {
  return list.map((word) => `${word}\0`).join("");
}
