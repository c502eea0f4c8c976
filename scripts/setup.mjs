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
  console.error("Aloft runs on Linux. On macOS or Windows use a Linux virtual machine; see README.md, Support.");
  process.exit(1);
}
installPackages();
chooseNode();
bundle();
if (!quick) run(at("dist/node"), [at("dist/main.js"), "setup", "--yes", ...(bench ? ["--for", "bench"] : [])]);

/** `npm ci`, unless what is installed came from this very lock file. */
function installPackages() {
  const lock = createHash("sha256").update(readFileSync(at("package-lock.json"))).digest("hex");
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
  if (!existsSync(chosen)) fail(`no Node ${wanted} or newer, and none from npm`, "remove node_modules and run `npm start` again");
  mkdirSync(at("dist"), { recursive: true });
  const fresh = at(`dist/.node-${process.pid}`);
  symlinkSync(chosen, fresh);
  renameSync(fresh, at("dist/node"));
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

/** One bundle for start-up time (docs/adr/0002): made anew when a source is newer. */
function bundle() {
  const made = at("dist/main.js");
  if (existsSync(made) && newest(at("src")) <= statSync(made).mtimeMs) return;
  run(at("dist/node"), [at("node_modules/rolldown/bin/cli.mjs"), "-c", at("rolldown.config.ts"), "--logLevel", "silent"]);
  const now = new Date();
  utimesSync(made, now, now);
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  return time;
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error) fail(`${program} cannot be started: ${error.message}`, "install Node.js 20 or newer with npm");
  if (status !== 0) fail(`${program} ${args[0]} failed`, "its own message is above");
}

function fail(message, hint) {
  console.error(`Aloft: ${message}\n  ${hint}`);
  process.exit(1);
}
