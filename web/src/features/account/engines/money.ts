/** US dollars: cents from one dollar on, more digits below, so that a cheap call is not nothing. */
export function usd(value: number): string {
  const digits = value !== 0 && Math.abs(value) < 1 ? 4 : 2;
  return `USD ${value.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-GB");
}

/** "November 2026" of "2026-11". */
export function monthName(month: string): string {
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}
