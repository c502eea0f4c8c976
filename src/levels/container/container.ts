import { AloftError } from "../../base/errors.ts";
import type { JobFile, Sandbox } from "../../model/job.ts";
import type { EngineAbilities } from "../../model/level.ts";
import { type SandboxRequest, startFolder, workMount } from "../level.ts";
import { initCommand } from "./init-command.ts";
import { natBefore, natFiles, natHook, natNameServer, natOverheadBytes } from "./nat.ts";
import { type Bind, ociConfig, runCapabilities } from "./oci-config.ts";

export interface ContainerOptions {
  /** The runtime's program. */
  readonly program: string;
  /** A static busybox on the host. */
  readonly init: string;
  /** slirp4netns; absent where it is not installed: then there is no network `nat`. */
  readonly nat?: string;
  /** The server's own search path, for the hook that starts `nat`. */
  readonly path: string;
  /** Node's name of the machine's architecture. */
  readonly architecture: string;
}

export function containerAbilities(options: ContainerOptions): EngineAbilities {
  const networks: EngineAbilities["networks"] = ["none", "host"];
  if (options.nat !== undefined) networks.push("nat");
  return { networks, image: "required", maxCpus: null };
}

/** Tells that the program's own process exists: the init writes it. */
const started = "started";
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** crun, its copy for the container, and the init: measured at about 4 MB, the kernel's page tables apart. */
const runtimeOverheadBytes = 16 * 2 ** 20;

/** What crun and runc have in common: a bundle in the run directory. `command` is the runtime's own. */
export function containerSandbox(
  request: SandboxRequest,
  options: ContainerOptions,
  own: { readonly command: readonly string[]; readonly cgroupsPath?: string },
): Sandbox {
  const root = request.image?.root;
  if (root === undefined)
    throw new AloftError("refused", "a container needs an image", {
      hint: "give the workload an image, such as debian:bookworm",
    });
  const nat = request.network === "nat" ? natProgram(options) : undefined;
  const config = ociConfig({
    args: initCommand(request.argv),
    env: { PATH: defaultPath, HOME: "/root", ...request.env },
    cwd: startFolder(request, workMount),
    hostname: request.hostname,
    root,
    network: request.network,
    capabilities: runCapabilities,
    init: options.init,
    sharedMemoryBytes: request.memoryBytes,
    binds: binds(request),
    architecture: options.architecture,
    ...(nat !== undefined
      ? { hooks: { createRuntime: [natHook(request.folder, options.path)] } }
      : {}),
    ...(own.cgroupsPath === undefined ? {} : { cgroupsPath: own.cgroupsPath }),
  });
  return {
    files: [
      { path: "config.json", content: JSON.stringify(config) },
      ...networkFiles(request),
      ...(nat === undefined ? [] : natFiles(nat)),
    ],
    command: own.command,
    env: {},
    before: [...(nat === undefined ? [] : natBefore), `exec 3> ${started}`],
    after: [],
    terminate: "inside",
    started,
    overheadBytes: runtimeOverheadBytes + (nat === undefined ? 0 : natOverheadBytes),
  };
}

function natProgram({ nat }: ContainerOptions): string {
  if (nat !== undefined) return nat;
  throw new AloftError("refused", "a container cannot have a network of its own here", {
    hint: "apt-get install slirp4netns",
  });
}

function binds(request: SandboxRequest): Bind[] {
  const hosts = request.network === "host" ? "/etc/hosts" : `${request.folder}/hosts`;
  const names = request.network === "host" ? "/etc/resolv.conf" : `${request.folder}/resolv.conf`;
  return [
    { source: `${request.folder}/work`, target: workMount, writable: true },
    { source: hosts, target: "/etc/hosts", writable: false },
    ...(request.network === "none"
      ? []
      : [{ source: names, target: "/etc/resolv.conf", writable: false }]),
  ];
}

function networkFiles(request: SandboxRequest): JobFile[] {
  if (request.network === "host") return [];
  const hosts = `127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ${request.hostname}\n`;
  const mode = 0o644;
  return [
    { path: "hosts", content: hosts, mode },
    ...(request.network === "nat"
      ? [{ path: "resolv.conf", content: `nameserver ${natNameServer}\n`, mode }]
      : []),
  ];
}
