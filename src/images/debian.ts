import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "../base/shell.ts";
import type { AptSource } from "./apt-sources.ts";
import {
  parseDeb822,
  parseOneLine,
  publicUri,
  suiteSources,
  type SuiteSource,
} from "./apt-sources.ts";
import type { BuildContext } from "./build-context.ts";
import { redact } from "./failure.ts";
import { listFolder, readText } from "./layout.ts";
import type { Fetched } from "./oci.ts";
import { emptyConfig, packTar } from "./pack.ts";

/** What APT on this machine is told, from `/etc/apt`. */
export async function configuredSources(folder: string): Promise<AptSource[]> {
  const parts = join(folder, "sources.list.d");
  const found = parseOneLine((await readText(join(folder, "sources.list"))) ?? "");
  for (const name of await listFolder(parts)) {
    const text = (await readText(join(parts, name))) ?? "";
    if (name.endsWith(".list")) found.push(...parseOneLine(text));
    else if (name.endsWith(".sources")) found.push(...parseDeb822(text));
  }
  return found;
}

export interface DebianRequest {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly configured: readonly AptSource[];
}

/**
 * Bootstraps a minimal Debian straight into a squashfs. Files that installation makes get the date of the
 * newest Release file, so the same packages from the same mirror state give the same image.
 */
export async function packDebian(
  context: BuildContext,
  request: DebianRequest,
  output: string,
): Promise<Fetched> {
  const wanted = suiteSources(request.configured, request.suite);
  context.progress("resolve", `reading what ${publicUri(wanted[0]?.uri ?? "")} has`);
  const released = await releaseDates(context, wanted);
  const sources = wanted.filter((_, index) => released[index] !== undefined);
  const newest = Math.max(...released.map((date) => date ?? 0));
  const list = sources.map((source) => line(source, publicUri(source.uri))).join("");
  const inside = join(context.work, "sources.list");
  await writeFile(inside, list, { mode: 0o644 });
  const tar = context.programs.stream({
    argv: mmdebstrap(context, request, inside),
    subject: context.subject,
    signal: context.signal,
    env: { SOURCE_DATE_EPOCH: String(newest) },
    input: lines(sources.map((source) => line(source, source.uri))),
    onLine: createReporter(context),
  });
  await packTar(context, tar, output);
  const pinned = `${publicUri(sources[0]?.uri ?? "")} ${request.suite} ${new Date(newest * 1000).toISOString()}`;
  return { config: emptyConfig, pinned };
}

/** Sources come on standard input: a mirror's address may hold a password. */
function mmdebstrap(context: BuildContext, { suite, packages }: DebianRequest, inside: string) {
  return [
    "mmdebstrap",
    "--variant=minbase",
    "--format=tar",
    `--architectures=${context.architecture}`,
    ...(packages.length > 0 ? [`--include=${packages.join(",")}`] : []),
    // Ours, not this machine's: what a run needs of these is given to it when it starts.
    `--customize-hook=rm -f "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/apt/sources.list.d/*mmdebstrap*`,
    `--customize-hook=upload ${quote(inside)} /etc/apt/sources.list`,
    suite,
    "-",
    "-",
  ];
}

function line(source: SuiteSource, uri: string): string {
  const options = source.keyring === undefined ? "" : `[signed-by=${source.keyring}] `;
  return `deb ${options}${uri} ${source.suite} ${source.components.join(" ")}\n`;
}

async function* lines(texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

/** mmdebstrap's own words for what it does, `I: ` before them; APT's lines of what it fetches and unpacks. */
function createReporter(context: BuildContext): (line: string) => void {
  return (line) => {
    const said = /^I: (?!main\(\))(.+)$/.exec(line)?.[1];
    if (said === undefined && !/^(?:Get:|Unpacking |Setting up )/.test(line)) return;
    const phase = /download|running apt-get update|^Get:/.test(said ?? line) ? "fetch" : "unpack";
    context.progress(phase, redact(said ?? line));
  };
}

/**
 * The date of every source's Release file in seconds since the epoch; `undefined` where an archive of updates
 * or fixes does not exist. Nothing trusts this copy: mmdebstrap fetches it again and verifies it.
 */
async function releaseDates(context: BuildContext, sources: readonly SuiteSource[]) {
  const dates: (number | undefined)[] = [];
  for (const [index, { uri, suite }] of sources.entries()) {
    const file = join(context.work, `InRelease-${index}`);
    const address = `${uri.replace(/\/$/, "")}/dists/${suite}/InRelease`;
    const there = await download(context, { address, file, isOptional: index > 0 });
    const date = there ? /^Date: (.+)$/m.exec(await readFile(file, "utf8"))?.[1] : undefined;
    dates.push(date === undefined ? undefined : Math.floor(Date.parse(date) / 1000));
  }
  return dates;
}

interface Download {
  readonly address: string;
  readonly file: string;
  readonly isOptional: boolean;
}

/** By APT's own downloader, which knows its proxies and methods. False where an optional file is missing. */
async function download(context: BuildContext, { address, file, isOptional }: Download) {
  let missing = false;
  const plain = ["-o", "Acquire::Retries=1", "download-file", publicUri(address), file];
  try {
    await context.programs.run({
      argv: ["/usr/lib/apt/apt-helper", ...(await login(context, address)), ...plain],
      subject: context.subject,
      signal: context.signal,
      explain({ output }) {
        missing = isOptional && /\s404\s/.test(output);
        return undefined;
      },
    });
    return true;
  } catch (error) {
    if (missing) return false;
    throw error;
  }
}

/** A password in a mirror's address goes into a file (apt_auth.conf(5)): others can read a command line. */
async function login(context: BuildContext, address: string): Promise<string[]> {
  const { protocol, host, username, password } = new URL(address);
  if (username === "") return [];
  const file = join(context.work, "auth.conf");
  const words = ["machine", `${protocol}//${host}`, "login", decodeURIComponent(username)];
  const text = [...words, "password", decodeURIComponent(password)].join(" ");
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return ["-o", `Dir::Etc::netrc=${file}`];
}
