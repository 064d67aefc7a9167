/** Which entries somebody asks for. Pure. */
import type { Entry } from '#lib/model/entry.ts';

export interface TimelineFilter {
  readonly key?: string | undefined;
  /** The database's id. */
  readonly database?: string | undefined;
  readonly lockout?: string | undefined;
  /** An actor's id, or a kind of actor, as in `sweep`. */
  readonly actor?: string | undefined;
  /** ISO 8601, UTC; from it on. */
  readonly from?: string | undefined;
  /** ISO 8601, UTC; before it. */
  readonly to?: string | undefined;
}

type Criterion = Exclude<keyof TimelineFilter, undefined>;

const holds: { readonly [C in Criterion]: (entry: Entry, asked: string) => boolean } = {
  key: ({ subject }, key) => subject.keyId === key,
  database: ({ subject }, database) =>
    subject.databaseId === database || (subject.databaseIds ?? []).includes(database),
  lockout: ({ subject }, lockout) => subject.lockoutId === lockout,
  actor: ({ actor }, asked) => actor.id === asked || actor.kind === asked,
  from: ({ at }, from) => at >= from,
  to: ({ at }, to) => at < to,
};

export const matches = (filter: TimelineFilter, entry: Entry): boolean =>
  (Object.keys(holds) as Criterion[]).every((criterion) => {
    const asked = filter[criterion];
    return asked === undefined || holds[criterion](entry, asked);
  });

export const isOpen = (filter: TimelineFilter): boolean => Object.values(filter).every((asked) => asked === undefined);

/** The chain's order is that of commits; clocks of different writers differ by less than this. */
const clocksDifferMs = 3_600_000;

/** Going back in time, nothing behind this entry can match any more. */
export const isBefore = ({ from }: TimelineFilter, { at }: Entry): boolean =>
  from !== undefined && Date.parse(at) < Date.parse(from) - clocksDifferMs;
