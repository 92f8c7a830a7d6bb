const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const WHOLE = new Intl.NumberFormat("en");

/** "1,234", and "12.3K" from ten thousand on. */
export function formatCount(value: number): string {
  return value < 10_000 ? WHOLE.format(value) : COMPACT.format(value);
}

/** "1 span", "2,000 spans". */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** At most so many digits after the point, and none that are only zeros: 5 and not 5.0. */
export function rounded(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** Requests per second: "0", "0.4", "3", "12", "1.2K". */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.1) return "<0.1";
  return perSecond < 9.95 ? rounded(perSecond, 1) : formatCount(Math.round(perSecond));
}

/** A share of 0 to 1: "0%", "<0.1%", "0.4%", "5%", "12%". */
export function formatShare(share: number): string {
  if (share === 0) return "0%";
  const percent = share * 100;
  if (percent < 0.1) return "<0.1%";
  return `${rounded(percent, percent < 9.95 ? 1 : 0)}%`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** "512 B", "1 KiB", "1.5 KiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${rounded(value, unit === 0 || value >= 99.95 ? 0 : 1)} ${UNITS[unit]}`;
}
