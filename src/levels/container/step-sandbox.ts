import { quote } from "../../base/shell.ts";
import { type JobFile, jobFiles } from "../../model/job.ts";
import { initMount } from "./init-command.ts";
import { defaultPath } from "./container.ts";
import { ociConfig, runCapabilities } from "./oci-config.ts";

export interface StepRequest {
  /** An existing folder of this step alone, absolute: the bundle. */
  readonly folder: string;
  /** The root file system that the step changes. */
  readonly root: string;
  /** Run by the image's own `/bin/sh -ec`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** crun. */
  readonly program: string;
  /** A static busybox on the host. */
  readonly init: string;
  readonly architecture: string;
  /** The hybrid layout's cgroup2 mount, where the server can see it. */
  readonly unified?: string;
}

export interface StepSandbox {
  /** To be written into the folder first. */
  readonly files: readonly JobFile[];
  /** Killing it, or its parent's death, ends everything in the step. */
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

/** A step of an image build: a container with the host's network, as root in a root file system that it may change. */
export function stepSandbox(request: StepRequest): StepSandbox {
  const config = ociConfig({
    // Without a descriptor to tell of its beginning: the caller needs the exit code alone.
    args: [
      initMount,
      "sh",
      "-c",
      '(exec "$@"); exit $?',
      "init",
      "/bin/sh",
      "-ec",
      request.command,
    ],
    env: { PATH: defaultPath, HOME: "/root", ...request.env },
    cwd: request.workdir ?? "/",
    hostname: "build",
    root: request.root,
    network: "host",
    capabilities: installCapabilities,
    init: request.init,
    sharedMemoryBytes: 2 ** 26,
    binds: ["/etc/hosts", "/etc/resolv.conf"].map((path) => ({
      source: path,
      target: path,
      writable: false,
    })),
    architecture: request.architecture,
  });
  const hide = request.unified === undefined ? "" : `umount ${quote(request.unified)} && `;
  return {
    files: [{ path: "config.json", content: JSON.stringify(config) }],
    argv: [
      ["setpriv", "--pdeathsig", "KILL", "--"],
      ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
      ["sh", "-c", `${hide}exec "$@"`, "sh"],
      [request.program, "--cgroup-manager=disabled", `--root=${request.folder}/${jobFiles.engine}`],
      ["run", `--bundle=${request.folder}`, "step"],
    ].flat(),
  };
}
