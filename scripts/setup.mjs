// Makes a clone ready: npm packages, a Node that is new enough, the bundle, system packages, the kernel of virtual machines.
// Plain JavaScript, because it must run on the old Node that a machine may have. Quick and silent where all is done.
//
//   node scripts/setup.mjs            everything
//   node scripts/setup.mjs --quick    no system packages: what `./aloft` needs to start
//   node scripts/setup.mjs --bench    everything, and what the benchmarks compare with
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quick = process.argv.includes("--quick");
const bench = process.argv.includes("--bench");
const at = (...parts) => join(root, ...parts);

if (process.platform !== "linux") {
  console.error(
    "Aloft runs on Linux. On macOS or Windows use a Linux virtual machine; see README.md, Support.",
  );
  process.exit(1);
}
const lock = await lockSetup();
try {
  installPackages();
  chooseNode();
  bundle();
} finally {
  rmSync(lock, { force: true });
}
if (!quick)
  run(at("dist/node"), [
    at("dist/app/main.js"),
    "setup",
    "--yes",
    ...(bench ? ["--for", "bench"] : []),
  ]);

/**
 * One set-up of a clone at a time: two that install at once would leave neither's packages whole. The lock is a link
 * that names its holder; that of a killed one is taken over.
 */
async function lockSetup() {
  const file = at(".setup-lock");
  for (let told = false; ; ) {
    try {
      symlinkSync(String(process.pid), file);
      process.on("exit", () => rmSync(file, { force: true }));
      return file;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(holderOf(file))) rmSync(file, { force: true });
    else {
      if (!told) console.error("Aloft: waiting for another set-up of this clone …");
      told = true;
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }
}

function holderOf(file) {
  try {
    return Number(readlinkSync(file));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  return pid > 0 && existsSync(`/proc/${pid}`);
}

/** Installs exactly what the lock file says, unless that is what is installed. */
function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(at("package-lock.json")))
    .digest("hex");
  const stamp = at("node_modules/.aloft-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Aloft: installing npm packages (once, about half a minute) …");
  run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}

/**
 * The system's Node where it is new enough, else the one from the npm package `node`. `dist/node` points to it;
 * npm's scripts find it because only the chosen one is first on their path.
 */
function chooseNode() {
  const packaged = at("node_modules/node/bin/node");
  const system = systemNode();
  const link = at("node_modules/.bin/node");
  if (system) rmSync(link, { force: true });
  else if (!existsSync(link)) symlinkSync("../node/bin/node", link);
  const chosen = system ?? packaged;
  if (!existsSync(chosen))
    fail(
      `no Node ${wanted} or newer, and none from npm`,
      "remove node_modules and run `npm start` again",
    );
  mkdirSync(at("dist"), { recursive: true });
  pointTo("node", chosen);
}

function systemNode() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, "node");
    if (folder === "" || folder.includes("node_modules") || !existsSync(file)) continue;
    const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8" });
    return Number(/^v(\d+)/.exec(stdout ?? "")?.[1]) >= wanted ? file : undefined;
  }
  return undefined;
}

/**
 * One bundle for start-up time (docs/adr/0002): made anew when a source is newer. `dist/app` points to it and moves at once,
 * so that two set-ups at a time do no harm; the one before stays for a server that still runs from it.
 */
function bundle() {
  const made = at("dist/app/main.js");
  const began = new Date();
  if (existsSync(made) && newest(at("src")) <= statSync(made).mtimeMs) return;
  const name = `build-${began.getTime()}-${process.pid}`;
  const config = ["-c", at("rolldown.config.ts"), "--dir", at("dist", name)];
  run(at("dist/node"), [at("node_modules/rolldown/bin/cli.mjs"), ...config], "ignore");
  utimesSync(at("dist", name, "main.js"), began, began);
  pointTo("app", name);
  const builds = readdirSync(at("dist"))
    .filter((entry) => entry.startsWith("build-"))
    .toSorted();
  for (const old of builds.slice(0, -2)) rmSync(at("dist", old), { recursive: true, force: true });
}

/** Makes or moves the link `dist/<link>` in one step. */
function pointTo(link, target) {
  const fresh = at(`dist/.${link}-${process.pid}`);
  symlinkSync(target, fresh);
  renameSync(fresh, at("dist", link));
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile())
      time = Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  return time;
}

function run(program, args, stdout = "inherit") {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ["inherit", stdout, "inherit"],
  });
  if (error)
    fail(`${program} cannot be started: ${error.message}`, "install Node.js 20 or newer with npm");
  if (status !== 0) fail(`${program} ${args[0]} failed`, "its own message is above");
}

function fail(message, hint) {
  console.error(`Aloft: ${message}\n  ${hint}`);
  process.exit(1);
}
