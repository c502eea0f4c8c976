import type { Command } from "../command.ts";

export const up: Command = {
  details:
    "Other commands start it by themselves when they need it. Harmless where it runs already; one of another build is replaced, while runs go on.",
  options: [{ flags: "--foreground", description: "in this terminal, until Ctrl-C" }],
  examples: ["aloft up", "aloft up --foreground"],
  async run({ host, connection, options, json, note, print, printJson }) {
    if (options.flag("foreground")) {
      await host.serve();
      return 0;
    }
    await host.ensureServer();
    let status = await connection.present("status");
    if (status.program !== host.program) {
      note("another build of Aloft is running; it is replaced");
      await host.stopServer();
      await host.ensureServer();
      status = await connection.present("status");
    }
    if (json) printJson({ running: true, ...status });
    else
      print(`Aloft ${status.version} runs (process ${status.pid}), its state is in ${status.home}`);
    return 0;
  },
};
