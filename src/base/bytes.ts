import { AloftError } from "./errors.ts";
import { shown } from "./shown.ts";

const powers: Record<string, number> = { k: 1, m: 2, g: 3, t: 4, p: 5 };
const pattern = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])(i?)b?|b)?$/i;

/**
 * Bytes from "16 GiB", "500MB", "4G", "1048576". `K M G T P` alone and with `iB` are powers of 1024,
 * as in Slurm and Kubernetes' `Gi`; with plain `B` ("MB") they are powers of 1000 (SI).
 * Throws `bad-input` for anything else.
 */
export function parseBytes(text: string): number {
  const match = pattern.exec(text.trim());
  const size = match ? Number(match[1]) * unit(match[2], match[3], text) : Number.NaN;
  if (!Number.isFinite(size) || size > Number.MAX_SAFE_INTEGER)
    throw new AloftError("bad-input", `${shown(text)} is not a size`, {
      hint: 'write a number and a unit, such as "16 GiB", "500 MB" or "4G"',
    });
  return Math.round(size);
}

function unit(letter: string | undefined, binary: string | undefined, text: string): number {
  if (letter === undefined) return 1;
  const decimal = binary === "" && /b\s*$/i.test(text);
  return (decimal ? 1000 : 1024) ** (powers[letter.toLowerCase()] ?? 0);
}

const names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Three significant figures in binary units: `1.50 GiB`, `61.0 MiB`, `12 B`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 1024 && step < names.length - 1) {
    value /= 1024;
    step += 1;
  }
  // Three digits of 999.5 and more would be written as a power of ten.
  return `${step === 0 ? value : value.toPrecision(Math.abs(value) >= 999.5 ? 4 : 3)} ${names[step]}`;
}
