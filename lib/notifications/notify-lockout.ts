/** Notifies the admins of the apps that a lockout affects, and the contacts of its key. */

import { canServe, type Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import type { LockoutNotice } from '#lib/model/notice.ts';
import type { LockoutNoticeRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { presentCause, recordedCause } from '#lib/model/present-cause.ts';
import { Transient } from '#lib/model/problem.ts';
import { type AddresseesDeps, addresseesOf } from './addressees.ts';
import type { Addressee } from './recipient-notice.ts';
import { type SendDeps, sendNotice } from './send-notice.ts';
import { earlierLockouts, timingOf } from './toggles.ts';

export type NotifyLockoutDeps = SendDeps &
  AddresseesDeps &
  Needs<'lockoutById' | 'listLockouts' | 'keyById' | 'teamById'>;

/** Enough lockouts to cover an hour of a key that is disabled and enabled repeatedly. */
const lockoutsToRead = 100;

/** Throws `Transient` while a recipient could not be notified, or the key has not settled. */
export async function notifyOfLockout(deps: NotifyLockoutDeps, request: LockoutNoticeRequest): Promise<void> {
  const due = await awaitDueNotice(deps, request);
  if (!due) return;
  const { lockout, key, latest, timing } = due;
  const { teamId, keyId, keyArn } = lockout;
  const [team, addressees] = await Promise.all([
    deps.teamById(teamId),
    addresseesOf(deps, { teamId, keyId: lockout.drill?.keyId ?? keyId, keyArn }, request.fact === 'attention_needed'),
  ]);
  const context = {
    request,
    lockout,
    key,
    team: team?.name ?? teamId,
    earlier: earlierLockouts({ lockout, latest }).length,
  };
  const noticeFor = (addressee: Addressee, at: Date) => lockoutNotice({ ...context, addressee, at });
  const subject = { lockoutId: lockout.id, keyId };
  await sendNotice(deps, { request, subject, isFolded: timing === 'fold', noticeFor }, addressees);
}

interface DueNotice {
  readonly lockout: Lockout;
  readonly key: Key | null;
  readonly latest: readonly Lockout[];
  readonly timing: 'now' | 'fold';
}

/** The longest wait for a key to settle; the outbox retries after a longer one. */
const maxPauseSeconds = 10;

/** Null for a notice that is outdated. Throws `Transient` while the key has not settled. */
async function awaitDueNotice(deps: NotifyLockoutDeps, request: LockoutNoticeRequest): Promise<DueNotice | null> {
  const { teamId, fact } = request;
  for (;;) {
    const lockout = await deps.lockoutById(teamId, request.lockoutId);
    const key = lockout && (await deps.keyById(teamId, lockout.keyId));
    if (!lockout || isOutdated(request, lockout, key)) return null;
    const { items: latest } = await deps.listLockouts(teamId, { limit: lockoutsToRead });
    const { settleSeconds } = deps.settings();
    const at = deps.now();
    const timing = timingOf({ fact, lockout, latest, at, settleSeconds });
    if (!(timing instanceof Date)) return { lockout, key, latest, timing };
    const seconds = (timing.getTime() - at.getTime()) / 1000;
    if (seconds > maxPauseSeconds)
      throw new Transient('The key was disabled and enabled repeatedly: its admins are notified once it has settled');
    await deps.pause(seconds);
  }
}

/** A change of cause is outdated if a newer change follows it, the lockout is over, or the key is usable again. */
const isOutdated = ({ fact, about }: LockoutNoticeRequest, lockout: Lockout, key: Key | null): boolean =>
  fact === 'cause_changed' &&
  (about !== String(lockout.causeChanges) || isOver(lockout.state) || (key !== null && canServe(key.status)));

interface NoticeInput {
  readonly request: LockoutNoticeRequest;
  readonly lockout: Lockout;
  /** Null if the key was forgotten. */
  readonly key: Key | null;
  readonly team: string;
  readonly earlier: number;
  readonly addressee: Addressee;
  readonly at: Date;
}

const lockoutNotice = ({ request, lockout, key, team, earlier, addressee, at }: NoticeInput): LockoutNotice => ({
  fact: request.fact,
  team,
  keyArn: lockout.keyArn,
  lockoutId: lockout.id,
  state: lockout.state,
  openedBy: lockout.cause,
  present: (key && presentCause(key, isOver(lockout.state) ? null : lockout)) ?? recordedCause(lockout),
  isUsable: isOver(lockout.state) || (key !== null && canServe(key.status)),
  statements: key?.check.fixes.map(({ statement }) => statement) ?? [],
  openedAt: lockout.openedAt,
  deadline: lockout.deadline,
  at: at.toISOString(),
  databases: addressee.databases,
  role: addressee.role,
  earlier,
  isDrill: lockout.drill !== undefined,
  confirmation: null,
});
