import { AloftError } from "../../base/errors.ts";
import type { Sandbox } from "../../model/job.ts";
import type { EngineAbilities } from "../../model/level.ts";
import type { LevelEngine, SandboxRequest } from "../level.ts";
import { commandFile } from "./command-file.ts";
import { guestMebibytes } from "./guest-memory.ts";
import { guestWords } from "./guest-words.ts";
import { guestFolders } from "./guest.ts";
import { type Acceleration, probeQemu } from "./qemu-probe.ts";
import { afterGuest, terminateGuest } from "./run-files.ts";

export interface QemuOptions {
  /** Where `prepareGuest` put the guests. */
  readonly guestFolder: string;
  /** What an earlier probe proved. Emulation until this or a probe of this process says otherwise. */
  readonly acceleration?: Acceleration;
  /** Where virtiofsd may be, in order; where none works, the working folder is copied in and out. */
  readonly virtiofsd?: readonly string[];
}

/** Debian 12's place, and Debian 13's. */
const defaultVirtiofsd = ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"];

/** Beside the guest's own memory: QEMU's devices and code (measured 60 MiB), its translated code, virtiofsd. */
const emulatorMebibytes = 256;
/** Ten times a slow boot under emulation on a busy machine. */
const bootSeconds = 300;
/** Room for the working folder where it is copied back; the file is sparse. */
const copyBytes = 64 * 1024 ** 3;

const abilities: EngineAbilities = {
  networks: ["none", "nat"],
  image: "required",
  maxCpus: null,
};

export function createQemuEngine(options: QemuOptions): LevelEngine {
  const guest = guestFolders(options.guestFolder).qemu;
  let acceleration = options.acceleration ?? "none";
  return {
    name: "qemu",
    level: "vm",
    abilities,
    staging: "squashfs",
    async probe(signal) {
      const found = await probeQemu(guest, signal);
      acceleration = found.acceleration ?? "none";
      return found;
    },
    sandbox: (request) => qemuSandbox({ request, guest, acceleration, options }),
  };
}

interface Parts {
  readonly request: SandboxRequest;
  readonly guest: string;
  readonly acceleration: Acceleration;
  readonly options: QemuOptions;
}

function qemuSandbox({ request, guest, acceleration, options }: Parts): Sandbox {
  if (request.network === "host")
    throw new AloftError("refused", "a virtual machine cannot have the host's network", {
      hint: 'use network "nat" or "none", or another level',
    });
  if (!request.image) throw new AloftError("refused", "a virtual machine needs an image");
  const memory = guestMebibytes(request.memoryBytes);
  return {
    files: [{ path: "vm.command", content: commandFile(request) }],
    command: ["sh", `${guest}/run.sh`],
    env: {
      VM_ID: request.id,
      VM_GUEST: guest,
      VM_IMAGE: request.image.squashfs,
      VM_ACCEL: acceleration,
      VM_CPUS: String(Math.max(1, Math.ceil(request.cpus))),
      VM_MEMORY: String(memory),
      VM_NETWORK: request.network,
      VM_VIRTIOFSD: (options.virtiofsd ?? defaultVirtiofsd).join(" "),
      VM_DISK: String(copyBytes),
      VM_BOOT_SECONDS: String(bootSeconds),
      VM_WORDS: guestWords(request),
    },
    before: [],
    after: afterGuest,
    terminate: terminateGuest,
    overheadBytes: (memory + emulatorMebibytes) * 1024 ** 2 - request.memoryBytes,
  };
}
