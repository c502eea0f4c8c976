import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { quoteAll } from "../base/shell.ts";
import type { SystemPackage } from "./system-packages.ts";

/** Where programs for administrators are, which an ordinary user's path leaves out. */
const administratorFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Packages of which something is not there, found by looking for files only: a few milliseconds. */
export function missingPackages(packages: readonly SystemPackage[], path: string): SystemPackage[] {
  const folders = [...path.split(":").filter((folder) => folder !== ""), ...administratorFolders];
  const there = (wanted: string): boolean =>
    isAbsolute(wanted)
      ? existsSync(wanted)
      : folders.some((folder) => existsSync(join(folder, wanted)));
  return packages.filter(({ provides }) => !provides.every(there));
}

/** How packages can be installed here. */
export type Means = "root" | "sudo" | "sudo with a password" | "no apt" | "no right";

export async function installMeans(uid: number, path: string, terminal: boolean): Promise<Means> {
  const has = (program: string): boolean =>
    path.split(":").some((folder) => existsSync(join(folder, program)));
  if (!has("apt-get")) return "no apt";
  if (uid === 0) return "root";
  if (!has("sudo")) return "no right";
  if ((await run(["sudo", "-n", "true"])).code === 0) return "sudo";
  return terminal ? "sudo with a password" : "no right";
}

export interface Installed {
  /** Names of packages that could not be installed, with apt's last words. */
  readonly failed: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Installs packages. The lists are fetched only where apt does not know the packages, or no longer finds them on
 * its mirror. One that cannot be installed does not keep the others out.
 */
export async function install(
  names: readonly string[],
  prefix: readonly string[],
  report: (message: string) => void,
): Promise<Installed> {
  const attempt = (wanted: readonly string[]): Promise<Ended> => {
    report(quoteAll([...prefix, ...aptInstall, ...wanted]));
    return run([...prefix, ...environment, ...aptInstall, ...wanted]);
  };
  const known = await run([...environment, ...aptInstall, "--simulate", ...names]);
  let ended = known.code === 0 ? await attempt(names) : known;
  if (ended.code !== 0) {
    report(quoteAll([...prefix, "apt-get", "update"]));
    await run([...prefix, ...environment, "apt-get", "update", "-q"]);
    ended = await attempt(names);
  }
  if (ended.code === 0) return { failed: [] };
  const failed: { name: string; why: string }[] = [];
  for (const name of names) {
    const { code, lastWords } = await attempt([name]);
    if (code !== 0) failed.push({ name, why: lastWords });
  }
  return { failed };
}

export const aptInstall = ["apt-get", "install", "-y", "-q", "--no-install-recommends"] as const;
// A variable set through `env` reaches apt through sudo too.
const environment = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"] as const;
/** A mirror that does not answer must not hold set-up for ever. In milliseconds. */
const deadline = 15 * 60_000;

interface Ended {
  readonly code: number;
  readonly lastWords: string;
}

function run([program = "", ...args]: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    // sudo asks for a password at the terminal itself.
    const child = spawn(program, args, { stdio: ["inherit", "pipe", "pipe"], timeout: deadline });
    let said = "";
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, lastWords: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, lastWords: tail(said) }));
  });
}

function tail(text: string): string {
  return text.trimEnd().split("\n").slice(-3).join("\n");
}
