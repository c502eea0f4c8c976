import { accessSync, constants } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { StepCommand } from "./images/steps.ts";
import { createCrun } from "./levels/container/crun.ts";
import { createRunc } from "./levels/container/runc.ts";
import type { LevelEngine } from "./levels/level.ts";
import { createBubblewrap } from "./levels/process/bubblewrap.ts";
import { type StepOptions, stepSandbox } from "./levels/container/step-sandbox.ts";
import { createHost } from "./levels/process/host.ts";
import { createQemuEngine } from "./levels/vm/qemu.ts";
import { createUmlEngine } from "./levels/vm/uml.ts";

export interface LevelEnginesOptions {
  readonly home: string;
  /** The server's search path. */
  readonly path: string;
  /** Where the guests of virtual machines are. */
  readonly guestFolder: string;
  /** What an earlier probe of QEMU has proved. */
  readonly acceleration: "kvm" | "none" | undefined;
  /** Whether the platform can mount images. */
  readonly mayMount: boolean;
}

/** Every engine that Aloft has, in the order in which they are told. */
export function createLevelEngines({
  home,
  path,
  guestFolder,
  acceleration,
  mayMount,
}: LevelEnginesOptions): {
  engines: readonly LevelEngine[];
  stepCommand: StepCommand;
} {
  const find = (name: string): string => findProgram(name, path);
  const scratch = join(home, "probes");
  const container = {
    init: find("busybox"),
    ...(isExecutable(find("slirp4netns")) ? { nat: find("slirp4netns") } : {}),
    path,
    architecture: process.arch,
    scratch,
    mayMount,
  };
  return {
    engines: [
      createHost(),
      createBubblewrap({ program: find("bwrap"), busybox: find("busybox"), scratch, mayMount }),
      createCrun({ program: find("crun"), ...container }),
      createRunc({ program: find("runc"), ...container }),
      createUmlEngine({ guestFolder }),
      createQemuEngine({ guestFolder, ...(acceleration ? { acceleration } : {}) }),
    ],
    stepCommand: stepCommand({ program: find("crun"), ...container }),
  };
}

/** Steps of image builds, in a container. */
export function stepCommand(options: StepOptions): StepCommand {
  return async (request) => {
    const { files, argv } = stepSandbox(request, options);
    for (const { path, content } of files) await writeFile(join(request.folder, path), content);
    return argv;
  };
}

/** The program's absolute path; where it is not installed the one that it would have, for a probe to miss. */
function findProgram(name: string, path: string): string {
  const folders = [...path.split(delimiter), "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const found = folders.filter(Boolean).map((folder) => join(folder, name));
  return found.find(isExecutable) ?? `/usr/bin/${name}`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
