import { AloftError } from "../../base/errors.ts";
import { quoteAll } from "../../base/shell.ts";
import { aptInstall, install, installMeans, type Means, missingPackages } from "../apt.ts";
import type { Command, Context } from "../command.ts";
import { createProgress } from "../progress.ts";
import { plural } from "../quantities.ts";
import { formatTable } from "../table.ts";
import { type SystemPackage, systemPackages } from "../system-packages.ts";

export const setup: Command = {
  details: `Says what is missing and why it is wanted, then installs it with apt, as root or with sudo. Where it
cannot, it says what does not work without it and how to get it, and ends with 0: the other
levels work. Silent where nothing is missing.`,
  options: [
    { flags: "-y, --yes", description: "do not ask" },
    { flags: "--dry-run", description: "say what would be done" },
    { flags: "--for <purpose>", description: "what else it is for", choices: ["bench"] },
  ],
  examples: ["aloft setup", "aloft setup --yes", "aloft setup --dry-run --json"],
  async run(context) {
    const { host, options, json, printJson } = context;
    const path = host.env.PATH ?? "";
    const bench = options.text("for") === "bench";
    const wanted = systemPackages.filter((one) => bench || !one.bench);
    const missing = missingPackages(wanted, path);
    const packages = missing.length > 0 ? await bring(context, missing, path) : [];
    const steps = await runSteps(context);
    if (json)
      printJson({ missing: missing.map(({ name }) => name), stillMissing: packages, steps });
    return 0;
  },
};

/** Installs what is missing; the names of what is missing still. */
async function bring(
  context: Context,
  missing: readonly SystemPackage[],
  path: string,
): Promise<string[]> {
  const { host, options, note, noteStyle } = context;
  const names = missing.map(({ name }) => name);
  note(
    `Aloft can use ${plural(missing.length, "system package")} that ${missing.length === 1 ? "is" : "are"} not installed:`,
    ...formatTable(
      [{ title: "" }, { title: "PACKAGE" }, { title: "WHY" }, { title: "WITHOUT IT, NO" }],
      missing.map(({ name, why, disables }) => ["", name, why, disables]),
      { heading: noteStyle.bold },
    ),
  );
  const means = await installMeans(host.setup.uid, path, host.stderr.terminal);
  const obstacle = await obstacleOf(context, means);
  if (obstacle) {
    tellByHand(context, obstacle, names);
    return names;
  }
  const prefix = means === "root" ? [] : means === "sudo" ? ["sudo", "-n"] : ["sudo"];
  if (options.flag("dry-run")) {
    note(`would run: ${quoteAll([...prefix, ...aptInstall, ...names])}`);
    return names;
  }
  const { failed } = await install(names, prefix, (command) => note(noteStyle.dim(`$ ${command}`)));
  for (const { name, why } of failed) {
    const { disables } = missing.find((one) => one.name === name) ?? { disables: "" };
    note(
      `${noteStyle.yellow("warning:")} ${name} could not be installed; without it no ${disables}`,
      why,
    );
  }
  if (failed.length === 0) note(`installed ${plural(names.length, "package")}`);
  return failed.map(({ name }) => name);
}

/** Why nothing will be installed; `undefined` where it will. */
async function obstacleOf(
  { host, options, json }: Context,
  means: Means,
): Promise<string | undefined> {
  if (means === "no apt") return "this system has no apt-get";
  if (means === "no right") return "you are not root, and sudo gives no right without a password";
  if (options.flag("yes") || options.flag("dry-run")) return undefined;
  if (json || !host.stderr.terminal) return "nobody can be asked here, and --yes was not given";
  return (await host.confirm("Install them?")) ? undefined : "you said no";
}

function tellByHand(
  { note, noteStyle }: Context,
  obstacle: string,
  names: readonly string[],
): void {
  note(
    `${noteStyle.yellow("warning:")} not installed: ${obstacle}. What needs them is disabled, the rest works.`,
    "On Debian and Ubuntu this installs them:",
    `  sudo apt-get update && sudo ${quoteAll([...aptInstall, ...names])}`,
  );
}

/** What else must be made ready. A step that fails disables its part only, and is told. */
async function runSteps(context: Context): Promise<{ name: string; done: boolean }[]> {
  const { host, options, note, noteStyle } = context;
  const results: { name: string; done: boolean }[] = [];
  for (const step of host.setup.steps) {
    if (!(await step.needed())) continue;
    if (options.flag("dry-run")) {
      note(`would prepare: ${step.name} (${step.why})`);
      results.push({ name: step.name, done: false });
      continue;
    }
    note(`preparing: ${step.name} (${step.why})`);
    using progress = createProgress(host.stderr, false);
    try {
      await step.run((message) => progress.show(message));
      results.push({ name: step.name, done: true });
    } catch (error) {
      progress.clear();
      if (!(error instanceof AloftError)) throw error;
      note(`${noteStyle.yellow("warning:")} ${step.name}: ${error.message}`, error.hint ?? "");
      results.push({ name: step.name, done: false });
    }
  }
  return results;
}
