/** `100 Mbit/s`, `12.5 Gbit/s`: networks count in powers of 1000. */
export function formatBits(perSecond: number): string {
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  const step = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(perSecond) / 3)));
  return `${Number((perSecond / 1000 ** step).toPrecision(3))} ${units[step]}`;
}
