/** Lengths of time and counts, as the demo shows them. */

/** `100,000`. */
export const counted = (number: number): string => number.toLocaleString('en-US');

/** Of so many milliseconds: `45 ms`, `1.2 s`, `10 min`, `10 min 6 s`. */
export function inWords(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** Of so many seconds, as a clock: `6:04`. */
export function asClock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
