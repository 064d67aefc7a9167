/** Filters entries of the timeline. Pure. */
import type { Entry } from '#lib/model/entry.ts';

export interface TimelineFilter {
  readonly key?: string | undefined;
  /** The database's id. */
  readonly database?: string | undefined;
  readonly lockout?: string | undefined;
  /** An actor's id, or a kind of actor such as `sweep`. */
  readonly actor?: string | undefined;
  /** ISO 8601, UTC; inclusive. */
  readonly from?: string | undefined;
  /** ISO 8601, UTC; exclusive. */
  readonly to?: string | undefined;
}

type Criterion = Exclude<keyof TimelineFilter, undefined>;

const predicates: { readonly [C in Criterion]: (entry: Entry, value: string) => boolean } = {
  key: ({ subject }, key) => subject.keyId === key,
  database: ({ subject }, database) =>
    subject.databaseId === database || (subject.databaseIds ?? []).includes(database),
  lockout: ({ subject }, lockout) => subject.lockoutId === lockout,
  actor: ({ actor }, value) => actor.id === value || actor.kind === value,
  from: ({ at }, from) => at >= from,
  to: ({ at }, to) => at < to,
};

export const matches = (filter: TimelineFilter, entry: Entry): boolean =>
  (Object.keys(predicates) as Criterion[]).every((criterion) => {
    const value = filter[criterion];
    return value === undefined || predicates[criterion](entry, value);
  });

export const isOpen = (filter: TimelineFilter): boolean => Object.values(filter).every((value) => value === undefined);

/** The chain is in the order of commits; the clocks of different writers differ by less than this. */
const clocksDifferMs = 3_600_000;

/** Whether this entry and all earlier entries are before the time span. */
export const isBefore = ({ from }: TimelineFilter, { at }: Entry): boolean =>
  from !== undefined && Date.parse(at) < Date.parse(from) - clocksDifferMs;
