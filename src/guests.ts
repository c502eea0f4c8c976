import { join } from "node:path";
import { AloftError, asAloftError } from "./base/errors.ts";
import { guestsAreCurrent, prepareQemuGuest, prepareUmlGuest } from "./levels/vm/guest.ts";

/** The longest that set-up waits for a slow mirror, in milliseconds. */
const deadline = 30 * 60_000;

/** Where guests are: in the home, unless several homes share them. */
export function guestsFolder(home: string, shared: string | undefined): string {
  return shared || join(home, "guests");
}

export async function guestsNeeded(folder: string): Promise<boolean> {
  return !(await guestsAreCurrent(folder));
}

/** What cannot be prepared disables its engine alone, and is said. Throws where none could be. */
export async function prepareGuests(
  folder: string,
  report: (message: string) => void,
): Promise<void> {
  const options = { folder, signal: AbortSignal.timeout(deadline), onProgress: report };
  const failures: AloftError[] = [];
  for (const prepare of [prepareQemuGuest, prepareUmlGuest])
    await prepare(options).catch((error: unknown) => failures.push(asAloftError(error)));
  for (const { message } of failures) report(message);
  if (failures.length === 2)
    throw new AloftError("failed", "no guest for virtual machines could be prepared", {
      hint: "the other levels work; `aloft setup` tries again",
      details: failures.map(({ message }) => message),
    });
}
