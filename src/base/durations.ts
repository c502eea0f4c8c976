import { AloftError } from "./errors.ts";
import { shown } from "./shown.ts";

const seconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
const part = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)[a-z]*\s*/gy;
const words =
  /^(?:\d+(?:\.\d+)?\s*(?:ms|s(?:ec(?:onds?)?)?|m(?:in(?:utes?)?)?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?)\s*)+$/;
const colons = /^(?:(\d+)-)?(\d+):(\d{1,2})(?::(\d{1,2}))?$/;

/**
 * Seconds from "1h30m", "90 s", "2 days", "01:30:00" (hours:minutes:seconds), "5:00" (minutes:seconds),
 * "1-12:00:00" (days-hours:minutes:seconds) or a bare number of seconds. Throws `bad-input` otherwise.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  const value = /^\d+(?:\.\d+)?$/.test(trimmed)
    ? Number(trimmed)
    : (fromColons(trimmed) ?? fromWords(trimmed));
  if (value === undefined || !Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER)
    throw new AloftError("bad-input", `${shown(text)} is not a duration`, {
      hint: 'write "1h30m", "90 s", "2 days" or "01:30:00"',
    });
  return value;
}

function fromColons(text: string): number | undefined {
  const match = colons.exec(text);
  if (!match) return undefined;
  const [, days = "0", first = "0", second = "0", third] = match;
  const clock =
    third === undefined && match[1] === undefined
      ? Number(first) * 60 + Number(second)
      : Number(first) * 3600 + Number(second) * 60 + Number(third ?? 0);
  return Number(days) * 86400 + clock;
}

function fromWords(text: string): number | undefined {
  if (!words.test(text)) return undefined;
  let sum = 0;
  for (const match of text.matchAll(part))
    sum += Number(match[1]) * (seconds[match[2] ?? "s"] ?? 1);
  return sum;
}

/** For people: `1.2 ms`, `340 ms`, `4.21 s`, `12m 05s`, `3h 20m`, `2d 4h`. */
export function formatDuration(value: number): string {
  if (value < 0) return `-${formatDuration(-value)}`;
  if (value < 0.9995) return `${milliseconds(value * 1000)} ms`;
  if (value < 59.95) return `${value.toPrecision(3)} s`;
  const whole = Math.round(value);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86400)}d ${Math.floor((whole % 86400) / 3600)}h`;
}

/** Two digits below 10 ms: no clock here is better; nothing is written as a power of ten. */
function milliseconds(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value.toPrecision(value < 9.95 ? 2 : 3);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
