/** Records in the timeline which recipients got a mail, and which did not and why. */

import type { NewEntry, Subject } from '#lib/model/entry.ts';
import { type NoticeRow, noticeInTimeline } from '#lib/model/items/notices.ts';
import type { NoticeKind } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';

interface Outcomes {
  readonly teamId: string;
  readonly subject: Subject;
  readonly fact: NoticeKind;
  readonly rows: readonly NoticeRow[];
}

/**
 * Records the outcomes that the timeline lacks, including those of an earlier worker that crashed or lost the race for
 * the chain after its mails were sent. A failure here causes no duplicate mails.
 */
export async function recordOutcomes(
  deps: Needs<'commit' | 'now'>,
  { teamId, subject, fact, rows }: Outcomes,
): Promise<void> {
  const mailed = rows.filter(({ sentAt, inTimeline }) => sentAt && inTimeline === false);
  const failed = rows.filter(({ sentAt, failure }) => !sentAt && failure?.inTimeline === false);
  if (mailed.length + failed.length === 0) return;
  const about = { actor: { kind: 'workflow', id: 'notifications' }, subject } as const;
  const mails = mailed.map(({ admin, messageId }) => ({ to: admin, messageId }));
  const admins = failed.flatMap(({ admin, failure }) =>
    failure ? [{ to: admin, reason: failure.reason, detail: failure.detail }] : [],
  );
  const entries: NewEntry[] = [
    ...(mails.length > 0
      ? [{ type: 'AdminsNotified' as const, ...about, data: { fact, admins: mails.map(({ to }) => to), mails } }]
      : []),
    ...(admins.length > 0 ? [{ type: 'AdminsNotReached' as const, ...about, data: { fact, admins } }] : []),
  ];
  await deps.commit({ teamId, at: deps.now(), changes: [...mailed, ...failed].map(noticeInTimeline), entries });
}
