/** Telling one recipient one fact: claimed, allowed, sent, noted. Whatever goes wrong stays with this recipient. */
import { type Clock, isRecent } from '#lib/clock.ts';
import { log } from '#lib/log.ts';
import type { NoticeRequest } from '#lib/outbox/effect.ts';
import { Transient } from '#lib/problem.ts';
import type { NoticeFailure, NoticeRow, NoticeStore } from '#lib/store/notices.ts';
import { type AllowDeps, type Allowed, allowMail } from './allow.ts';
import type { Mail, Notice } from './notice.ts';
import type { Recipient } from './recipient.ts';

export interface TellDeps extends NoticeStore, AllowDeps {
  readonly render: (notice: Notice) => Mail;
  readonly sendMail: (to: string, mail: Mail) => Promise<string>;
  readonly now: Clock;
}

export interface Telling {
  readonly request: NoticeRequest;
  readonly admin: string;
  readonly notice: Notice;
  /** What follows tells this, too. */
  readonly isFolded: boolean;
  /** In the team's mail domains. */
  readonly isOwn: boolean;
  /** What is known of an address outside of them; null before its first mail. */
  readonly recipient: Recipient | null;
}

/** `sent` now or before; `closed`: there will be no mail. The row is null where nothing could be noted. */
export interface Told {
  readonly outcome: 'sent' | 'pending' | 'closed';
  readonly row: NoticeRow | null;
  /** Whether SES was asked. */
  readonly isMail: boolean;
}

const pending: Told = { outcome: 'pending', row: null, isMail: false };

/** Mails that fail for so long are never taken. */
const patienceMs = 24 * 3_600_000;

/**
 * Never throws. Once SES has the mail, the claim is never given back: whatever happens then, the mail is not sent again while anybody knows of it.
 */
export async function tell(deps: TellDeps, telling: Telling): Promise<Told> {
  const { request } = telling;
  try {
    return await told(deps, telling);
  } catch (error) {
    log.error('A recipient could not be told', { lockoutId: request.lockoutId, fact: request.fact, error: error as Error });
    return pending;
  }
}

async function told(deps: TellDeps, telling: Telling): Promise<Told> {
  const { request, admin } = telling;
  const known = await deps.noticeTo(request, admin);
  if (known?.sentAt) return { outcome: 'sent', row: known, isMail: false };
  if (known?.failure && isFinal(known.failure, deps.now())) return { outcome: 'closed', row: known, isMail: false };
  if (!(await deps.claimNotice(request, admin, { at: deps.now(), known }))) return pending;
  const allowed = await allowMail(deps, telling, known);
  if ('reason' in allowed) {
    const failure = { since: deps.now().toISOString(), inTimeline: false, ...allowed };
    return { outcome: 'closed', row: await deps.noticeFailed(request, admin, failure), isMail: false };
  }
  const mail = await sent(deps, telling, allowed);
  if ('messageId' in mail) return noted(() => deps.noticeSent(request, admin, { at: deps.now(), messageId: mail.messageId }));
  const failure = { since: deps.now().toISOString(), inTimeline: false, ...known?.failure, reason: 'failed' as const, detail: mail.failed };
  return { outcome: 'pending', row: await deps.noticeFailed(request, admin, failure), isMail: true };
}

const isFinal = ({ reason, since }: NoticeFailure, at: Date): boolean => reason !== 'failed' || !isRecent(since, at, patienceMs);

type Sent = { readonly messageId: string } | { readonly failed: string };

async function sent(
  deps: TellDeps,
  { request, admin, notice }: Telling,
  { confirmation }: Exclude<Allowed, { reason: unknown }>,
): Promise<Sent> {
  try {
    return { messageId: await deps.sendMail(admin, deps.render({ ...notice, confirmation })) };
  } catch (error) {
    if (error instanceof Transient) return { failed: error.message };
    log.error('A notice could not be made', { lockoutId: request.lockoutId, fact: request.fact, error });
    return { failed: 'The mail could not be made.' };
  }
}

/** A mail that nobody noted is sent once more when its claim is void, so the note is worth some patience. */
const attempts = 5;

async function noted(note: () => Promise<NoticeRow>): Promise<Told> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return { outcome: 'sent', row: await note(), isMail: true };
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
    }
  }
  return { ...pending, isMail: true };
}
