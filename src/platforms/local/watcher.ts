import type { Observed } from "../platform.ts";

export interface Watcher {
  watch(changed: (id: string) => void): Disposable;
  /** Tells everybody that a job may have changed. */
  changed(id: string): void;
  /** Tells when a job that was just started has begun. Its end is told by `changed`. */
  expectStart(id: string): void;
  /** Tells of the end of a job that is not a child of this process. */
  adopt(id: string): void;
  dispose(): void;
}

/** Milliseconds between looks at adopted jobs: their parent is gone, so that nothing tells of their end. */
const adoptedInterval = 200;
/** Milliseconds to the first look for a beginning; each next look waits twice as long. */
const firstLook = 8;
const lastLook = 10_000;

export function createWatcher(options: {
  readonly observe: (id: string) => Observed | undefined;
}): Watcher {
  const listeners = new Set<(id: string) => void>();
  const adopted = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let poll: NodeJS.Timeout | undefined;

  function changed(id: string): void {
    for (const listener of listeners) listener(id);
  }

  function look(): void {
    for (const id of adopted) {
      const state = options.observe(id)?.state;
      if (state === "running" || state === "waiting") continue;
      adopted.delete(id);
      changed(id);
    }
    if (adopted.size > 0) return;
    clearInterval(poll);
    poll = undefined;
  }

  function lookForStart(id: string, pause: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const seen = options.observe(id);
      if (seen?.state === "waiting" && pause < lastLook) lookForStart(id, pause * 2);
      else if (seen?.state !== "ended") changed(id);
    }, pause);
    timer.unref();
    timers.add(timer);
  }

  return {
    changed,
    watch(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    expectStart: (id) => lookForStart(id, firstLook),
    adopt(id) {
      adopted.add(id);
      poll ??= setInterval(look, adoptedInterval).unref();
    },
    dispose() {
      listeners.clear();
      clearInterval(poll);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
