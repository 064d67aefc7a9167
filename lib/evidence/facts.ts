/**
 * Derives facts about lockouts from a key's entries. Every fact names its entry and follows from that entry alone, so
 * that an auditor can derive the facts again. Pure.
 */
import type { Entry } from '#lib/model/entry.ts';
import { type EventData, type EventType, events } from '#lib/model/events.ts';

type CheckFact = NonNullable<EventData['LockoutOpened']['checks']>[number];
type DatabaseProof = NonNullable<EventData['ServicesStopped']['databases']>[number];

/** `entry` is the sequence number of the fact's entry, `at` its time. */
interface Fact {
  readonly entry: number;
  readonly at: string;
}

export interface EventFact extends Fact {
  readonly name: string;
  readonly by: string;
  readonly eventId: string;
  readonly cloudTrail: EventData['KeyEventReceived']['cloudTrail'];
}

/** A check of the key, and the state that the lockout entered because of it. */
export interface Checked extends Fact {
  readonly state: string;
  readonly check: CheckFact;
}

interface Volume {
  readonly volumeBytes?: number | undefined;
  readonly volumeSha256?: string | undefined;
}

interface OfDatabase extends Fact {
  readonly databaseId: string;
  readonly name: string;
}

export interface Stop extends OfDatabase, Volume {
  readonly what: 'service' | 'server';
  readonly savedAt?: string | undefined;
  readonly snapshotBytes?: number | undefined;
  readonly appendOnlyBytes?: number | undefined;
  readonly stop?: DatabaseProof['stop'];
}

/** A tested start of a stopped server: a request to KMS to unwrap the volume's data key. */
export interface TriedStart extends OfDatabase {
  readonly answer: 'refused' | 'opened' | 'unanswered' | 'not_tried';
  readonly error: string | null;
  readonly requestId: string | null;
}

/** A Decrypt call of a check that KMS refused. */
export interface RefusedDecrypt extends Fact {
  readonly of: 'canary' | 'foreign_context' | null;
  readonly dryRun: boolean;
  readonly error: string;
  readonly requestId: string | null;
}

export interface Restore extends OfDatabase, Volume {
  readonly what: 'server' | 'service';
  /** Whether the volume is identical to the volume of the last stop; null if a digest is missing. */
  readonly sameAsStopped?: boolean | null;
}

export interface MailFact extends Fact {
  readonly fact: string;
  readonly to: string;
  /** SES's message id; null if it was not stored. */
  readonly messageId: string | null;
}

export interface LockoutFacts {
  readonly lockout: string;
  /** Null if the lockout opened before the covered time span. */
  readonly opened: (Fact & Pick<EventData['LockoutOpened'], 'cause' | 'deadline' | 'databases'>) | null;
  /** Null if the lockout was open at the end of the time span. */
  readonly ended: (Fact & { readonly state: 'restored' | 'cancelled' }) | null;
  readonly states: readonly (Fact & { readonly state: string })[];
  readonly checks: readonly Checked[];
  readonly stops: readonly Stop[];
  readonly triedStarts: readonly TriedStart[];
  readonly refusedDecrypts: readonly RefusedDecrypt[];
  readonly restores: readonly Restore[];
  readonly mails: readonly MailFact[];
}

/** The facts of all entries of a type, in order. Entries with data of another shape have none. */
function each<T extends EventType, R>(
  entries: readonly Entry[],
  type: T,
  tell: (data: EventData[T], fact: Fact, entry: Entry) => R[],
): R[] {
  const schema = events[type]();
  return entries.flatMap((entry) => {
    if (entry.type !== type) return [];
    const { data } = schema.safeParse(entry.data);
    return data ? tell(data as EventData[T], { entry: entry.seq, at: entry.at }, entry) : [];
  });
}

const inOrder = <T extends Fact>(facts: readonly T[]): T[] => [...facts].sort((a, b) => a.entry - b.entry);

/** `entries` are the key's, oldest first. */
export function eventsIn(entries: readonly Entry[]): EventFact[] {
  return each(entries, 'KeyEventReceived', ({ name, eventId, cloudTrail }, fact, { actor }) => [
    { ...fact, name, by: actor.id, eventId, cloudTrail },
  ]);
}

/** `entries` are the key's, oldest first. Lockouts of drills are left to the drills' own reports. */
export function lockoutsIn(all: readonly Entry[]): LockoutFacts[] {
  const entries = all.filter(({ subject }) => subject.drillId === undefined);
  const ids = new Set(entries.flatMap(({ subject }) => subject.lockoutId ?? []));
  return [...ids].map((id) =>
    factsOf(
      id,
      entries.filter(({ subject }) => subject.lockoutId === id),
    ),
  );
}

function factsOf(lockout: string, entries: readonly Entry[]): LockoutFacts {
  const checks = checksIn(entries);
  return {
    lockout,
    opened:
      each(entries, 'LockoutOpened', ({ cause, deadline, databases }, fact) => [
        { ...fact, cause, deadline, databases },
      ])[0] ?? null,
    ended: endOf(entries),
    states: statesIn(entries).map(({ checks: _, ...state }) => state),
    checks,
    stops: stopsIn(entries),
    triedStarts: each(entries, 'ServersStopped', ({ databases = [] }, fact) =>
      databases.flatMap(({ databaseId, name, opening }) =>
        opening ? [{ ...fact, databaseId, name, ...opening }] : [],
      ),
    ),
    refusedDecrypts: checks.flatMap(({ entry, check }) =>
      check.calls.flatMap(({ call, of, dryRun, error, requestId }) =>
        call === 'Decrypt' && error !== null ? [{ entry, at: check.at, of, dryRun, error, requestId }] : [],
      ),
    ),
    restores: restoresIn(entries),
    mails: each(entries, 'AdminsNotified', ({ fact: kind, admins, mails }, fact) =>
      admins.map((to) => ({
        ...fact,
        fact: kind,
        to,
        messageId: mails?.find((mail) => mail.to === to)?.messageId ?? null,
      })),
    ),
  };
}

/** Each state that the lockout entered, with the checks that led to it. */
function statesIn(entries: readonly Entry[]) {
  const plain = (
    type: 'LockoutOpened' | 'LockoutCancelled' | 'DatabasesStopped' | 'DatabasesRestored',
    state: string,
  ) => each(entries, type, ({ checks = [] }, fact) => [{ ...fact, state, checks }]);
  return inOrder([
    ...plain('LockoutOpened', 'waiting'),
    ...each(entries, 'LockoutAdvanced', ({ to, checks = [] }, fact) => [{ ...fact, state: to, checks }]),
    ...plain('DatabasesStopped', 'stopped'),
    ...plain('DatabasesRestored', 'restored'),
    ...plain('LockoutCancelled', 'cancelled'),
  ]);
}

const checksIn = (entries: readonly Entry[]): Checked[] =>
  statesIn(entries).flatMap(({ checks, ...state }) => checks.map((check) => ({ ...state, check })));

function endOf(entries: readonly Entry[]): LockoutFacts['ended'] {
  const ends = (type: 'DatabasesRestored' | 'LockoutCancelled', state: 'restored' | 'cancelled') =>
    each(entries, type, (_, fact) => [{ ...fact, state }]);
  return inOrder([...ends('DatabasesRestored', 'restored'), ...ends('LockoutCancelled', 'cancelled')]).at(-1) ?? null;
}

function stopsIn(entries: readonly Entry[]): Stop[] {
  const stops = (type: 'ServicesStopped' | 'ServersStopped', what: Stop['what']) =>
    each(entries, type, ({ databases = [] }, fact) =>
      databases.map(({ opening: _, ...proof }) => ({ ...fact, what, ...proof })),
    );
  return inOrder([...stops('ServicesStopped', 'service'), ...stops('ServersStopped', 'server')]);
}

function restoresIn(entries: readonly Entry[]): Restore[] {
  const stops = stopsIn(entries);
  const servers = each(entries, 'ServersStarted', ({ databases = [] }, fact) =>
    databases.map(({ databaseId, name, volumeBytes, volumeSha256 }) => {
      const stopped = stops.findLast(
        (stop) => stop.databaseId === databaseId && stop.what === 'server' && stop.entry < fact.entry,
      );
      const sameAsStopped = stopped?.volumeSha256 && volumeSha256 ? stopped.volumeSha256 === volumeSha256 : null;
      return { ...fact, what: 'server' as const, databaseId, name, volumeBytes, volumeSha256, sameAsStopped };
    }),
  );
  const services = each(entries, 'ServicesStarted', ({ databases = [] }, fact) =>
    databases.map(({ databaseId, name }) => ({ ...fact, what: 'service' as const, databaseId, name })),
  );
  return inOrder<Restore>([...servers, ...services]);
}
