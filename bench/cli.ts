import { join } from "node:path";
import { commandContender } from "./by-hand.ts";
import { names, type Part } from "./contender.ts";
import type { Place } from "./place.ts";

export interface CliOptions {
  readonly repository: string;
  readonly node: string;
  readonly program: string;
  readonly home: string;
}

/**
 * Light commands, as a user of a clone calls them: `./aloft` looks for changed sources first. The bundle by itself shows
 * what that costs.
 */
export function cliPart(place: Place, options: CliOptions): Part {
  const aloft = join(options.repository, "aloft");
  const variables = { ALOFT_HOME: options.home };
  const commands: readonly (readonly [string, readonly string[]])[] = [
    [names.node, [options.node, "-e", "0"]],
    [names.bundleVersion, [options.node, options.program, "--version"]],
    [names.cliVersion, [aloft, "--version"]],
    [names.cliStatus, [aloft, "status"]],
    [names.cliPs, [aloft, "ps"]],
  ];
  return {
    group: "cli",
    names: commands.map(([name]) => name),
    prepare: async () =>
      commands.map(([name, argv]) => commandContender(name, argv, place, variables)),
  };
}
