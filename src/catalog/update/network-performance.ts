/** Bits per second of one unit. Providers count decimally. */
const units: Record<string, number> = { g: 1e9, m: 1e6 };
const pattern =
  /^(?:up to\s+)?(?:(\d+)\s*x\s*)?(\d+(?:\.\d+)?)\s*(?:(g)igabits?|(g)bps|(m)egabits?|(m)bps)$/i;

/**
 * Bits per second from what AWS calls network performance: "10 Gigabit", "Up to 12500 Megabit", "4x 100 Gigabit". Of "up
 * to" it is the most: small machines hold it for minutes only. `null` where no number is told: "High", "Low to Moderate", "NA".
 */
export function parseNetworkPerformance(text: string): number | null {
  const match = pattern.exec(text.trim().replaceAll(",", ""));
  if (match === null) return null;
  const [, count = "1", amount = "0", ...letters] = match;
  const letter = letters.find((one) => one !== undefined) ?? "g";
  const bits = Number(count) * Number(amount) * (units[letter.toLowerCase()] ?? 0);
  return bits > 0 ? Math.round(bits) : null;
}
