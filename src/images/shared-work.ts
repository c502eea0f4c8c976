import { AloftError } from "../base/errors.ts";

export interface Participant<Event> {
  readonly signal: AbortSignal;
  readonly onEvent: (event: Event) => void;
}

interface Entry<Result, Event> {
  readonly controller: AbortController;
  readonly listeners: Set<(event: Event) => void>;
  readonly promise: Promise<Result>;
  users: number;
}

/**
 * Work that is done once for everybody who asks for it at the same time. All hear its events; it is
 * cancelled when the last of them has cancelled, and that one waits until it has really ended.
 */
export function createSharedWork<Result, Event>() {
  const entries = new Map<string, Entry<Result, Event>>();
  type Start = (signal: AbortSignal, emit: (event: Event) => void) => Promise<Result>;

  function enter(key: string, start: Start): Entry<Result, Event> {
    const found = entries.get(key);
    if (found) return found;
    const controller = new AbortController();
    const listeners = new Set<(event: Event) => void>();
    const emit = (event: Event) => {
      for (const listener of listeners) listener(event);
    };
    const promise = start(controller.signal, emit).finally(() => entries.delete(key));
    const entry = { controller, listeners, promise, users: 0 };
    entries.set(key, entry);
    return entry;
  }

  return async function share(key: string, who: Participant<Event>, start: Start): Promise<Result> {
    if (who.signal.aborted) throw new AloftError("cancelled", "the build was cancelled");
    for (let old = entries.get(key); old?.controller.signal.aborted; old = entries.get(key))
      await old.promise.catch(() => undefined);
    const entry = enter(key, start);
    entry.users += 1;
    entry.listeners.add(who.onEvent);
    const { promise: left, resolve: leave } = Promise.withResolvers<"left">();
    const onAbort = () => leave("left");
    who.signal.addEventListener("abort", onAbort);
    try {
      const result = await Promise.race([entry.promise, left]);
      if (result !== "left") return result;
    } finally {
      who.signal.removeEventListener("abort", onAbort);
      entry.listeners.delete(who.onEvent);
      entry.users -= 1;
    }
    if (entry.users === 0) {
      entry.controller.abort();
      await entry.promise.catch(() => undefined);
    }
    throw new AloftError("cancelled", "the build was cancelled");
  };
}
