import { AloftError } from "../../base/errors.ts";
import type { Command } from "../command.ts";
import { completionScripts } from "../completion-scripts.ts";

export const completion: Command = {
  arguments: "<shell>",
  completes: "shell",
  details: "What there is: bash, zsh, fish.",
  examples: [
    'eval "$(aloft completion bash)"',
    "aloft completion zsh > ~/.zfunc/_aloft",
    "aloft completion fish > ~/.config/fish/completions/aloft.fish",
  ],
  async run({ args: [shell = ""], json, print, printJson }) {
    const script = completionScripts.get(shell);
    if (script === undefined)
      throw new AloftError("bad-input", `there is no completion for "${shell}"`, {
        hint: `one of ${[...completionScripts.keys()].join(", ")}`,
      });
    if (json) printJson({ shell, script });
    else print(script);
    return 0;
  },
};
