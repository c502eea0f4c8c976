import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, timedChild } from "./command.ts";
import { type Contender, names, type Part } from "./contender.ts";
import { commandLine } from "./launcher.ts";
import type { Place } from "./place.ts";

/** The program that is started everywhere, and does nothing. */
export const program = "/bin/true";

/** A contender that is one command. */
export function commandContender(
  name: string,
  argv: readonly string[],
  { launcher }: Place,
  variables: Readonly<Record<string, string>> = {},
): Contender {
  return {
    name,
    how: commandLine(argv, variables),
    measure: async () => ({ end: await launcher.time(argv, variables) }),
  };
}

/** Measured twice over: the two are the same, so that their ratio shows the noise. And once as a child of Node. */
export function barePart(place: Place): Part {
  const twice = [names.bare, names.bareAgain];
  return {
    group: "start",
    names: [...twice, names.bareNode],
    prepare: async () => [
      ...twice.map((name) => commandContender(name, [program], place)),
      {
        name: names.bareNode,
        how: `spawn("${program}") of node:child_process`,
        measure: () => timedChild([program]),
      },
    ],
  };
}

/** Mounts the image once, read-only; the options are those of Aloft's own mount. */
export async function mountImage(squashfs: string, place: Place): Promise<string> {
  const point = place.path("lower");
  await output(["mount", "-t", "squashfs", "-o", "loop,ro,nodev,nosuid", squashfs, point]);
  return point;
}

/** A writable root on the mounted image, ready before the measurement as Aloft's are. */
export async function overlay(name: string, place: Place): Promise<string> {
  const [upper, work, root] = ["upper", "work", "root"].map((part) => place.path(name, part));
  const paths = `lowerdir=${place.path("lower")},upperdir=${upper},workdir=${work}`;
  await output([
    "mount",
    "-t",
    "overlay",
    "-o",
    `nodev,nosuid,volatile,${paths}`,
    "overlay",
    root ?? "",
  ]);
  return root ?? "";
}

/** What Aloft's engine `bubblewrap` shows and hides for a run without network, on one command line. */
export function bwrapPart(place: Place): Part {
  return {
    group: "start",
    names: [names.bwrap],
    async prepare() {
      const root = await overlay("bwrap", place);
      const argv = [
        ["bwrap", "--bind", root, "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc"],
        ["--ro-bind", "/sys", "/sys", "--bind", place.path("bwrap-work"), "/work"],
        ["--ro-bind-try", "/etc/hosts", "/etc/hosts"],
        ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"],
        ["--unshare-net", "--chdir", "/work", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin"],
        [program],
      ].flat();
      return [commandContender(names.bwrap, argv, place)];
    },
  };
}

/**
 * The bundle that `crun spec` or `runc spec` writes, with nothing changed but the program, the terminal that there is none, and
 * the root.
 */
export function runtimePart(runtime: "crun" | "runc", place: Place): Part {
  const name = runtime === "crun" ? names.crunByHand : names.runcByHand;
  return {
    group: "start",
    names: runtime === "crun" ? [name, names.crunNoCgroups] : [name],
    async prepare() {
      const bundle = place.path(`${runtime}-bundle`);
      await output([runtime, "spec"], { cwd: bundle });
      await writeConfig(join(bundle, "config.json"), await overlay(runtime, place));
      const run = (...options: string[]): string[] => [
        ...[runtime, `--root=${join(place.state, runtime)}`, ...options],
        ...["run", `--bundle=${bundle}`, `${place.cgroup}-${runtime}`],
      ];
      const contenders = [commandContender(name, run(), place)];
      if (runtime === "crun")
        contenders.push(
          commandContender(names.crunNoCgroups, run("--cgroup-manager=disabled"), place),
        );
      return contenders;
    },
  };
}

interface Config {
  process: { args: string[]; terminal: boolean };
  root: { path: string; readonly: boolean };
}

async function writeConfig(file: string, root: string): Promise<void> {
  const config = JSON.parse(readFileSync(file, "utf8")) as Config;
  config.process.args = [program];
  config.process.terminal = false;
  config.root = { path: root, readonly: false };
  writeFileSync(file, JSON.stringify(config));
}
