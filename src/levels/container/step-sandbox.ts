import { type JobFile, jobFiles } from "../../model/job.ts";
import { initMount } from "./init-command.ts";
import { defaultPath } from "./container.ts";
import { ociConfig, runCapabilities } from "./oci-config.ts";

export interface StepRequest {
  /** Lower-case letters, digits and `-`; unique among the builds of the machine. */
  readonly id: string;
  /** An existing folder of this step alone, absolute: the bundle. */
  readonly folder: string;
  /** The root file system that the step changes. */
  readonly root: string;
  /** Run by the image's own `/bin/sh -ec`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** To be seen inside, read-only, as /etc/resolv.conf. */
  readonly resolvConf: string;
}

export interface StepOptions {
  /** crun. */
  readonly program: string;
  /** A static busybox on the host. */
  readonly init: string;
  readonly architecture: string;
}

export interface StepSandbox {
  /** To be written into the folder first. */
  readonly files: readonly JobFile[];
  /** To be started as root in a pid and a mount namespace that end with the build. */
  readonly argv: readonly string[];
}

/** What installing software needs beyond what a run has. No device files: nothing here limits their use. */
const installCapabilities = [
  ...runCapabilities,
  "CAP_AUDIT_WRITE",
  "CAP_SETFCAP",
  "CAP_SETPCAP",
  "CAP_SYS_CHROOT",
];

/** crun refuses to run beside a hybrid hierarchy's cgroup2; in the step's own mount namespace nobody misses it. */
const hideUnified =
  'u=/sys/fs/cgroup/unified; while mountpoint -q $u; do umount -l $u || exit 1; done; exec "$@"';

/** A step of an image build: a container with the host's network, as root in a root file system that it may change. */
export function stepSandbox(request: StepRequest, options: StepOptions): StepSandbox {
  const { folder, id } = request;
  const config = ociConfig({
    // Without a descriptor to tell of its beginning: the caller needs the exit code alone.
    args: [
      ...[initMount, "sh", "-c", '(exec "$@"); exit $?', "init"],
      ...["/bin/sh", "-ec", request.command],
    ],
    env: { PATH: defaultPath, HOME: "/root", ...request.env },
    cwd: request.workdir,
    hostname: "build",
    root: request.root,
    network: "host",
    capabilities: installCapabilities,
    init: options.init,
    sharedMemoryBytes: 2 ** 26,
    binds: [{ source: request.resolvConf, target: "/etc/resolv.conf", writable: false }],
    architecture: options.architecture,
  });
  return {
    files: [{ path: "config.json", content: JSON.stringify(config) }],
    argv: [
      ...["sh", "-c", hideUnified, "sh"],
      ...[options.program, "--cgroup-manager=disabled", `--root=${folder}/${jobFiles.engine}`],
      ...["run", `--bundle=${folder}`, id],
    ],
  };
}
