import { AloftError } from "./errors.ts";

/**
 * An exact amount of money, never reduced. Tier boundaries, prices and bytes are decimals or integers, so a bill over them is
 * a fraction of integers. Doubles would not do: 0.09 has no double, so parts of a month would not add up to the month.
 */
export interface Exact {
  readonly numerator: bigint;
  /** More than zero. */
  readonly denominator: bigint;
}

const decimalPattern = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** Digits after the point that the shortest decimal of `value` needs: 2 for 0.09. */
export function decimalsOf(value: number): number {
  const match = decimalPattern.exec(String(value));
  if (match === null)
    throw new AloftError("bad-input", `${value} is not a price: expected a number, zero or more`);
  return Math.max(0, (match[2] ?? "").length - Number(match[3] ?? 0));
}

/**
 * `value` as it is written, times 10^`decimals`: 9n for 0.09 and 2. The shortest decimal that reads back as the double is
 * what the provider published. `decimals` is no less than `decimalsOf(value)`.
 */
export function asInteger(value: number, decimals: number): bigint {
  const [, whole = "0", part = "", exponent = "0"] = decimalPattern.exec(String(value)) ?? [];
  return BigInt(whole + part) * 10n ** BigInt(decimals - part.length + Number(exponent));
}

/** The double nearest to an amount, to 25 decimals. */
export function toNumber({ numerator, denominator }: Exact): number {
  const whole = numerator / denominator;
  const part = ((numerator % denominator) * 10n ** 25n) / denominator;
  return Number(`${whole}.${String(part).padStart(25, "0")}`);
}

/**
 * For people: two decimals, and below one three significant figures: `1,234.50 USD`, `0.0912 USD`, `12,000 SU`. What is under a
 * millionth is told as such.
 */
export function formatMoney(amount: number, currency: string): string {
  const size = Math.abs(amount);
  if (size === 0 || (currency === "SU" && size >= 100))
    return `${grouped(amount.toFixed(0))} ${currency}`;
  if (size < 1e-6) return `under 0.000001 ${currency}`;
  return `${size >= 0.9995 ? grouped(amount.toFixed(2)) : shortest(amount)} ${currency}`;
}

/** At least two decimals, as money is written. */
function shortest(amount: number): string {
  const decimals = Math.min(9, 2 - Math.floor(Math.log10(Math.abs(amount))));
  const text = amount.toFixed(decimals);
  return text.replace(/(\.\d\d\d*?)0+$/, "$1");
}

function grouped(text: string): string {
  const [whole = "", part] = text.split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? thousands : `${thousands}.${part}`;
}
