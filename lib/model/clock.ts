/** The time, as an argument: rules take it, entry points pass `now`. */
export type Clock = () => Date;
export const now: Clock = () => new Date();

/**
 * Whether an ISO 8601 time is less than so many milliseconds ago. One that is as far ahead is none: a clock went back
 * since, and what waits for it would wait that long.
 */
export const isRecent = (time: string, at: Date, withinMs: number): boolean =>
  Math.abs(at.getTime() - Date.parse(time)) < withinMs;

export const plusSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
