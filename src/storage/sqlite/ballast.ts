import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";

const size = 2 * 1024 * 1024;

/** A file that only takes room, so that there is some to give back when the disk is full. */
export interface Ballast {
  /** Gives the room back. `false` where it was given back already. */
  drop(): boolean;
  /** Takes the room again, if there is enough. */
  restore(): void;
}

export function createBallast(file: string): Ballast {
  const ballast: Ballast = {
    drop() {
      const held = statSync(file, { throwIfNoEntry: false }) !== undefined;
      rmSync(file, { force: true });
      return held;
    },
    restore() {
      if (statSync(file, { throwIfNoEntry: false })?.size === size) return;
      try {
        const descriptor = openSync(file, "w", 0o600);
        try {
          if (writeSync(descriptor, new Uint8Array(size)) !== size) rmSync(file, { force: true });
        } finally {
          closeSync(descriptor);
        }
      } catch (error) {
        rmSync(file, { force: true });
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
  };
  ballast.restore();
  return ballast;
}
