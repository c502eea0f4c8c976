import { enableCompileCache } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(import.meta.url);
// Beside the bundle, and only there; a folder that cannot be written only costs time.
if (program.endsWith(".js")) enableCompileCache(join(dirname(program), ".cache"));

const { createCliHost } = await import("./host.ts");
const { runCli } = await import("./cli/cli.ts");

const env = process.env;
const home = resolve(
  env.ALOFT_HOME || join(env.XDG_DATA_HOME || join(env.HOME || "/root", ".local/share"), "aloft"),
);
const host = createCliHost({ env, home, program });
process.exitCode = await runCli(process.argv.slice(2), host);
