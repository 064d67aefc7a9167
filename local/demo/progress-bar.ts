/** A bar for a wait whose length is known. */
import { asClock } from './durations.ts';

export interface Wait {
  readonly label: string;
  /** When it began, in milliseconds since the epoch. */
  readonly from: number;
  /** How long it is, in seconds at speed 1. */
  readonly seconds: number;
  readonly speed: number;
}

/** How much of it is over, from 0 to 1. */
export const fractionOf = ({ from, seconds, speed }: Wait, at: number): number =>
  Math.min(1, Math.max(0, ((at - from) * speed) / (seconds * 1000)));

export interface Bar {
  readonly label: string;
  readonly done: string;
  readonly left: string;
  /** The time as it would be at speed 1. */
  readonly clock: string;
}

/** The four parts, which fill `width` columns with two blanks between label, bar and clock. */
export function progressBar({ label, seconds }: Wait, fraction: number, width: number): Bar {
  const clockOf = (part: number) => `${asClock(part * seconds)} of ${asClock(seconds)}`;
  const clockWidth = clockOf(1).length;
  const length = Math.max(10, width - label.length - clockWidth - 4);
  const done = Math.round(fraction * length);
  return {
    label,
    done: '█'.repeat(done),
    left: '░'.repeat(length - done),
    clock: clockOf(fraction).padStart(clockWidth),
  };
}
