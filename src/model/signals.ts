/** Signal numbers of Linux on every architecture that Aloft runs on (signal(7), x86 and ARM column). */
const names: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  16: "SIGSTKFLT",
  17: "SIGCHLD",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

/** The name of a signal; `null` for a number that is none. */
export function signalName(number: number): string | null {
  if (number >= 34 && number <= 64) return `SIGRTMIN+${number - 34}`;
  return names[number] ?? null;
}
