import { AloftError } from "../../base/errors.ts";
import type { LevelEngine } from "../level.ts";

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
      return {
        files: [],
        command: request.argv,
        env: request.env,
        directory: request.workdir ?? `${request.folder}/work`,
        before: [],
        after: [],
        terminate: "tree",
        overheadBytes: 0,
      };
    },
  };
}
