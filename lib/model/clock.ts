/** The time, as an argument: rules take it, entry points pass `now`. */
export type Clock = () => Date;
export const now: Clock = () => new Date();

/**
 * Whether an ISO 8601 time is less than `withinMs` ago. A time that is further ahead is not recent: a clock was set
 * back, and a wait for it could take as long.
 */
export const isRecent = (time: string, at: Date, withinMs: number): boolean =>
  Math.abs(at.getTime() - Date.parse(time)) < withinMs;

export const plusSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
