// Amounts, which the core counts in msat, as people read and write them: in sat.

/** Stands between groups of three digits, and does not break. */
const thin = "\u202f";

/** An amount in the pieces in which it is shown. */
export interface Written {
  /** Whole sat, in groups of three digits. */
  whole: string;
  /** What is left, as ".024", or "". */
  rest: string;
}

/** Writes an amount of msat in sat, exactly. */
export function write(msat: number): Written {
  const whole = Math.trunc(Math.abs(msat) / 1000);
  const rest = Math.abs(msat) % 1000;
  const sign = msat < 0 ? "\u2212" : "";
  return {
    whole: sign + groups(whole),
    rest: rest === 0 ? "" : "." + String(rest).padStart(3, "0").replace(/0+$/, ""),
  };
}

/** Writes an amount of msat as one text in sat, without the unit. */
export function sat(msat: number): string {
  const { whole, rest } = write(msat);
  return whole + rest;
}

/** Writes a whole number in groups of three digits. */
export function groups(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, thin);
}

/** The greatest amount of msat that a number holds exactly. */
const most = Number.MAX_SAFE_INTEGER;

/**
 * Reads what a person wrote as an amount in sat, and returns it in msat. It is
 * undefined when that is no amount, or one that is finer than msat, and Infinity
 * when it is more than there can be. A point and a comma are the same, and never
 * stand between thousands: see doubtful.
 */
export function read(text: string): number | undefined {
  const plain = text.replace(/[\s\u202f\u2009\u00a0_']/g, "").replace(",", ".");
  const match = /^(\d*)(?:\.(\d{0,3}))?$/.exec(plain);
  if (!match || plain === "" || plain === ".") return undefined;
  const msat = Number(match[1] || "0") * 1000 + Number((match[2] ?? "").padEnd(3, "0"));
  return msat <= most ? msat : Infinity;
}

/** Whether a part of a sat, as read takes it, may have been meant as a thousand. */
export function doubtful(text: string): boolean {
  return /^[1-9]\d{0,2}[.,]\d{3}$/.test(text.trim());
}

/** Writes an amount of msat as a person would type it. */
export function typed(msat: number): string {
  return sat(msat).replaceAll(thin, "");
}

/** Writes a number of bytes. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  const digits = unit > 0 && n < 10 ? 1 : 0;
  return n.toFixed(digits) + thin + units[unit];
}
