/** The drill schedule of a key: what it says of itself, and the form that sets it. Pure. */
import type { DrillSchedule } from '../api/types.ts';
import { readable } from './names.ts';
import type { Tone } from './tone.ts';

export interface ScheduleState {
  readonly tone: Tone;
  /** One or two words. */
  readonly word: 'scheduled' | 'due now' | 'overdue';
  readonly sentence: string;
}

const rates: Readonly<Record<DrillSchedule['every'], string>> = { month: 'once a month', quarter: 'once a quarter' };

export function scheduleState(schedule: DrillSchedule, now: number): ScheduleState {
  const sentence = `A ${schedule.mode} drill starts by itself ${rates[schedule.every]}.`;
  if (schedule.overdueSince) return { tone: 'red', word: 'overdue', sentence };
  return Date.parse(schedule.nextAt) <= now
    ? { tone: 'amber', word: 'due now', sentence }
    : { tone: 'green', word: 'scheduled', sentence };
}

/** Why the drill that is due has not started; null if no start was refused, or one succeeded since. */
export const refusalText = ({ skipped }: Pick<DrillSchedule, 'skipped'>): string | null =>
  skipped && readable(skipped.detail, 1000);

export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The fields of the form, as typed. */
export interface ScheduleDraft {
  readonly mode: DrillSchedule['mode'];
  readonly every: DrillSchedule['every'];
  readonly day: (typeof days)[number];
  readonly time: string;
  readonly owner: string;
  readonly drillKey: string;
}

/** `person` is the signed-in person, whose name may be an email address. */
export function draftOf(schedule: DrillSchedule | null, person: string): ScheduleDraft {
  if (!schedule) {
    const owner = person.includes('@') ? person : '';
    return { mode: 'simulated', every: 'month', day: 'sunday', time: '04:00', owner, drillKey: '' };
  }
  const { mode, every, window, owner, drillKey } = schedule;
  return { mode, every, day: window.day, time: window.time, owner, drillKey: drillKey ?? '' };
}

/** The body of the request. A drill key that was typed before the mode was changed is left out. */
export const bodyOf = ({ mode, every, day, time, owner, drillKey }: ScheduleDraft) => ({
  mode,
  every,
  window: { day, time },
  owner: owner.trim(),
  ...(mode === 'real' ? { drillKey: drillKey.trim() } : {}),
});

const windowMinutes = 4 * 60;
const minutesOfDay = 24 * 60;
const clock = (minutes: number): string => {
  const within = (minutes + minutesOfDay) % minutesOfDay;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
};
const capitalized = (word: string): string => word.replace(/^./, (first) => first.toUpperCase());

/** `Sundays 04:00 to 08:00 UTC`; null while the time is not complete. */
export function windowLine({ day, time }: Pick<ScheduleDraft, 'day' | 'time'>): string | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const from = 60 * Number(hours) + Number(minutes);
  return `${capitalized(day)}s ${clock(from)} to ${clock(from + windowMinutes)} UTC`;
}
