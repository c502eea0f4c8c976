import { AloftError } from "../../base/errors.ts";
import type { EngineAbilities } from "../../model/level.ts";
import type { LevelEngine } from "../level.ts";
import { commandFile } from "./command-file.ts";
import { guestMebibytes } from "./guest-memory.ts";
import { guestWords } from "./guest-words.ts";
import { guestFolders, umlProgram } from "./guest.ts";
import { afterGuest, terminateGuest } from "./run-files.ts";
import { probeUml } from "./uml-probe.ts";

const abilities: EngineAbilities = { networks: ["none"], image: "required", maxCpus: 1 };

/** Beside the guest's own memory: the kernel as a process, one host process for each of the guest's. */
const emulatorMebibytes = 64;

/** User-mode Linux: a second kernel as a process of this one. */
export function createUmlEngine(options: { readonly guestFolder: string }): LevelEngine {
  const guest = guestFolders(options.guestFolder).uml;
  return {
    name: "uml",
    level: "vm",
    abilities,
    staging: "squashfs",
    probe: (signal) => probeUml(guest, signal),
    sandbox(request) {
      if (request.network !== "none")
        throw new AloftError("refused", "user-mode Linux has no network here", {
          hint: 'use network "none", or engine "qemu"',
        });
      if (request.cpus > 1)
        throw new AloftError("refused", "user-mode Linux has one cpu", {
          hint: 'ask for one cpu, or use engine "qemu"',
        });
      if (!request.image) throw new AloftError("refused", "a virtual machine needs an image");
      const memory = guestMebibytes(request.memoryBytes);
      return {
        files: [{ path: "vm.command", content: commandFile(request) }],
        command: ["sh", `${guest}/run.sh`],
        env: {
          VM_GUEST: guest,
          VM_LINUX: umlProgram,
          VM_IMAGE: request.image.squashfs,
          VM_MEMORY: String(memory),
          VM_WORDS: guestWords({ ...request, ...pidsInside(request.pids) }),
        },
        before: [],
        after: afterGuest,
        terminate: terminateGuest,
        overheadBytes: (memory + emulatorMebibytes) * 1024 ** 2 - request.memoryBytes,
      };
    },
  };
}

/**
 * Each process of the guest is one of the host's, where user-mode Linux itself (measured: 12) and its init have to
 * live within the same limit: a guest that the host refuses a process to panics.
 */
const ownProcesses = 24;

function pidsInside(pids: number | undefined): { pids?: number } {
  return pids === undefined ? {} : { pids: Math.max(1, pids - ownProcesses) };
}
