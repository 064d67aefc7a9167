/** The time, as an argument: rules take it, entry points pass `now`. */
export type Clock = () => Date;
export const now: Clock = () => new Date();

export const plusSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
