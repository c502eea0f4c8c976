/** Words of an install command that mean the same wherever and whenever it runs: no path, no variable, no substitution. */
const word =
  /^(?:-{1,2}[A-Za-z][\w-]*|[A-Za-z0-9][\w.+:~-]*(?:\[[\w,-]+\])?(?:==?[\w.+:~*-]+)?|https:\/\/[\w./:+-]+)$/;
/** In quotes a version may be bounded: `"numpy<2"`. */
const quoted = /^(["'])[A-Za-z0-9][\w.+:~*<>=!,[\]-]*\1$/;
/** What takes a file of this machine: it is not there when an image is built. */
const ofFile =
  /^(?:-r|-c|-e|-f|-t|--requirement|--constraint|--editable|--find-links|--target|--prefix|--root|--file)$/;

const installers: readonly RegExp[] = [
  /^apt(?:-get)? (?:-\S+ )*(?:update|install|upgrade)\b/,
  /^(?:python3? -m )?pip3? install /,
  /^uv pip install --system /,
  /^(?:conda|mamba) install /,
  /^npm (?:install|i) (?:-g|--global) /,
];

/**
 * The shell commands of a set-up that an image may be built with, `undefined` where it must run beside the task: only
 * packages by name, which mean the same everywhere. Whatever may touch files, variables, the home or working folder stays with
 * the run. Every image is built by root, so sudo is left out.
 */
export function installSteps(setup: string): string | undefined {
  const commands = setup
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => line.split(/\s*(?:&&|;)\s*/))
    .map((command) => command.replace(/^sudo (?:-E )?/, "").replaceAll(/\s+/g, " "))
    .filter((command) => command !== "" && !/^set -[eux]+$/.test(command));
  return commands.length > 0 && commands.every(isInstall) ? commands.join("\n") : undefined;
}

function isInstall(command: string): boolean {
  const plain = command.replace(/^DEBIAN_FRONTEND=noninteractive /, "");
  if (/^echo "[\w .,:!-]*"$/.test(plain)) return true;
  const words = plain.split(" ");
  return (
    installers.some((installer) => installer.test(plain)) &&
    words.every((one) => (word.test(one) || quoted.test(one)) && !ofFile.test(one))
  );
}
