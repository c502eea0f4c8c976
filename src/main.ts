import { enableCompileCache } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
// Beside the bundle; a folder that cannot be written only costs time.
enableCompileCache(join(here, ".cache"));

const { createCliHost } = await import("./host.ts");
const { runCli } = await import("./cli/cli.ts");

const { env } = process;
const home = resolve(
  env.ALOFT_HOME || join(env.XDG_DATA_HOME || join(env.HOME || "/root", ".local/share"), "aloft"),
);
const host = createCliHost({ env, home, program: fileURLToPath(import.meta.url) });
process.exitCode = await runCli(process.argv.slice(2), host);
