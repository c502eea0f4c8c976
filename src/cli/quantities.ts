import { formatDuration } from "../base/durations.ts";
import type { Prediction } from "../model/run.ts";

/** Seconds since the epoch in the reader's own time zone: `2026-11-23 20:41:07`. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** `12.3 s (11.9 s to 12.8 s, 5 runs)`; the range is what was seen. */
export function formatPrediction(predicted: Prediction | null): string {
  if (!predicted) return "unknown";
  const { seconds, low, high, samples } = predicted;
  const runs = samples === 1 ? "1 run" : `${samples} runs`;
  const [least, most] = [formatMeasured(low), formatMeasured(high)];
  const range = least === most ? runs : `${least} to ${most}, ${runs}`;
  return `${formatMeasured(seconds)} (${range})`;
}

/** Run times are measured to a hundredth of a second. */
const resolution = 0.01;

/** A time that was measured with that resolution. */
export function formatMeasured(seconds: number): string {
  return seconds < resolution ? "<10 ms" : formatDuration(seconds);
}

/**
 * How far the fact is from the prediction: `+4 %`, `-31 %`; with three significant digits no more. Empty where a time is
 * below the resolution, and so no number.
 */
export function formatDeviation(predicted: number, actual: number): string {
  if (predicted < resolution || actual < resolution) return "";
  const percent = (actual / predicted - 1) * 100;
  const text = Math.abs(percent) < 9.5 ? percent.toFixed(1) : percent.toFixed(0);
  return `${percent >= 0 ? "+" : ""}${text} %`;
}

/** Six significant digits at the most, whole numbers in full; no exponent where a person would not write one. */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return Number(value.toExponential(5)).toExponential();
  return size >= 1e5 ? value.toFixed(0) : String(Number(value.toPrecision(6)));
}

/** A ratio: `0.994×`, `1.02×`, `12.4×`, `480×`. */
export function formatRatio(ratio: number): string {
  if (ratio < 0.001) return "<0.001×";
  if (ratio < 1) return `${ratio.toFixed(3)}×`;
  return `${ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0)}×`;
}

export function formatPercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
