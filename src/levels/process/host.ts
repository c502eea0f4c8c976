import { AloftError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { jobFiles } from "../../model/job.ts";
import { type LevelEngine, startFolder } from "../level.ts";

/**
 * A bare process in the host's own environment: its programs, files, users, process table and network, with the run's
 * limits. Nothing keeps such a process from the network, so it cannot be promised one that is off.
 */
export function createHost(): LevelEngine {
  return {
    name: "host",
    level: "process",
    abilities: { networks: ["host"], image: "impossible", maxCpus: null },
    staging: "none",
    probe: () => Promise.resolve({ available: true, detail: "sh, and the host's own programs" }),
    sandbox(request) {
      if (request.image)
        throw new AloftError("refused", "a bare process has the host's root, not an image's", {
          hint: "use the engine bubblewrap, or leave the image out",
        });
      const work = `${request.folder}/${jobFiles.work}`;
      const directory = startFolder(request, work);
      return {
        files: [],
        command: request.argv,
        env: request.env,
        directory,
        before: directory === work ? [] : [entering(directory, work)],
        after: [],
        terminate: "tree",
        overheadBytes: 0,
      };
    },
  };
}

/** A line of sh that makes a folder below the working folder, and says so where another cannot be entered. */
function entering(directory: string, work: string): string {
  if (directory.startsWith(`${work}/`)) return `mkdir -p -- ${quote(directory)}`;
  const complaint = `aloft: the workdir ${directory} is no folder of this machine that this user can enter`;
  return `[ -d ${quote(`${directory}/.`)} ] || { echo ${quote(complaint)} >&2; false; }`;
}
