import { quote } from "../base/shell.ts";
import type { SkyMount, SkyRequest } from "./skypilot-request.ts";

/**
 * The command that does what a task says: in a copy of its folder, with what is mounted in its place, the set-up and then the
 * program, each in a bash of its own as SkyPilot has it. A set-up that fails ends the run with its code.
 */
export function skyCommand({ setup, run = "", folder, mounts }: SkyCommandParts): string[] {
  const start = folder === undefined ? [] : startLines(folder);
  const puts = mounts.flatMap((mount) => putLine(mount, folder));
  if (puts.length === 0 && start.length === 0 && setup === undefined) return ["bash", "-c", run];
  const launcher = [
    "aloft_work=$PWD",
    ...start,
    ...(puts.length === 0 ? [] : [putFunction, ...puts]),
    ...(setup === undefined ? [] : ['bash -c "$1" setup || exit', "shift"]),
    'exec bash -c "$1" run',
  ];
  const texts = setup === undefined ? [run] : [setup, run];
  return ["/bin/sh", "-c", launcher.join("\n"), "task", ...texts];
}

type SkyCommandParts = Pick<SkyRequest, "run" | "folder"> & {
  readonly setup?: string | undefined;
  readonly mounts: readonly SkyMount[];
};

/** Where an input stands in the working folder: below the task file as it is, else by its last name. */
export function placeOfInput(source: string): string {
  return isBelow(source) ? source : (source.split("/").at(-1) ?? source);
}

/** Neither absolute, nor in the home folder, nor above the task file. */
function isBelow(source: string): boolean {
  return !/^(?:\/|~|\.\.(?:\/|$))/.test(source);
}

function startLines(folder: string): string[] {
  if (folder === ".") return [];
  const place = quote(placeOfInput(folder));
  // A folder that turns out to be the task file's own has its content here, not itself.
  return [isBelow(folder) ? `cd -- ${place} || exit 1` : `[ ! -d ${place} ] || cd -- ${place}`];
}

/** As rsync would: into a folder that is there already, else as the whole. */
const putFunction = `put() {
  [ -e "$1" ] && mkdir -p -- "\${2%/*}" || { echo "there is no input for $2" >&2; return 1; }
  if [ -d "$2" ]; then cp -R -- "$1/." "$2"; else ln -sfn -- "$1" "$2"; fi
}`;

function putLine({ target, source }: SkyMount, folder: string | undefined): string[] {
  const place = placeOfInput(source);
  if (target === place && (folder === undefined || folder === ".")) return [];
  const from = source === "." ? '"$aloft_work"' : `"$aloft_work"/${quote(place)}`;
  return [`put ${from} ${placeOf(target)} || exit 1`];
}

function placeOf(target: string): string {
  if (target.startsWith("~/")) return `"$HOME"/${quote(target.slice(2))}`;
  return target.startsWith("/") ? quote(target) : `"$PWD"/${quote(target)}`;
}
