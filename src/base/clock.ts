/** Time as the parts see it, so that tests can own it. */
export interface Clock {
  /** Wall-clock time in seconds since the epoch. May jump. */
  now(): number;
  /** Seconds since an arbitrary start. Never goes backwards: use it for durations. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  elapsed: () => performance.now() / 1000,
};
