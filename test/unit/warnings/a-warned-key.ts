/** A key with a deletion date, an expiry date or a refused action, and a sweep that records its notices on the row. */
import type { NewEntry } from '#lib/model/entry.ts';
import type { KeyNoticeRequest, OutboxMessage } from '#lib/model/outbox-message.ts';
import { keyNotices } from '#lib/model/warnings/notices.ts';
import { isStale } from '#lib/model/warnings/stale.ts';
import type { WarnedKey } from '#lib/model/warnings/warned-key.ts';
import { aKey, sweepActor } from '#test/support/build.ts';

export const dayMs = 86_400_000;

export type Changes = Omit<Partial<WarnedKey>, 'check'> & { readonly check?: Partial<WarnedKey['check']> };

export const aWarnedKey = ({ check, ...changes }: Changes = {}): WarnedKey => {
  const key = aKey();
  return { ...key, ...changes, check: { ...key.check, validTo: null, ...check } };
};

export const pendingDeletion = (deletionDate: string): Changes => ({
  status: 'unusable',
  check: { keyState: 'PendingDeletion', deletionDate },
});

const requestsIn = (effects: readonly OutboxMessage[]): KeyNoticeRequest[] =>
  effects.flatMap((effect) => (effect.kind === 'notice' && 'keyId' in effect.notice ? [effect.notice] : []));

/** Each `check` writes what a sweep at that time would, and returns the notices that are true then. */
export function aWatchedKey(first: WarnedKey = aWarnedKey()) {
  let row = first;
  const entries: NewEntry[] = [];
  const check = (at: Date, after: WarnedKey = row): KeyNoticeRequest[] => {
    const notices = keyNotices({
      before: row,
      after: { ...after, notifiedWarnings: row.notifiedWarnings ?? {} },
      actor: sweepActor,
      at,
    });
    row = { ...after, notifiedWarnings: notices.notified };
    entries.push(...notices.entries);
    return requestsIn(notices.effects).filter((request) => !isStale(request, row, at));
  };
  const facts = (at: Date, after?: WarnedKey): string[] =>
    check(at, after).map(({ fact, about }) =>
      /^\d+$/.test(about.split('#')[1] ?? '') ? `${fact} ${about.split('#')[1]}` : fact,
    );
  return { check, facts, entries, row: () => row };
}
