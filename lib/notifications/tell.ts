/** Telling one recipient one fact: claimed, sent, noted. Whatever goes wrong stays with this recipient. */
import { type Clock, isRecent } from '#lib/clock.ts';
import { log } from '#lib/log.ts';
import type { NoticeRequest } from '#lib/outbox/effect.ts';
import { Transient } from '#lib/problem.ts';
import type { NoticeRow, NoticeStore } from '#lib/store/notices.ts';
import type { Mail, Notice } from './notice.ts';

export interface TellDeps extends NoticeStore {
  readonly render: (notice: Notice) => Mail;
  readonly sendMail: (to: string, mail: Mail) => Promise<string>;
  readonly now: Clock;
}

export interface Telling {
  readonly request: NoticeRequest;
  readonly admin: string;
  readonly notice: Notice;
}

/** `given_up`: nobody tries any more. The row is null where nothing could be noted. */
export interface Told {
  readonly outcome: 'sent' | 'pending' | 'given_up';
  readonly row: NoticeRow | null;
}

const pending: Told = { outcome: 'pending', row: null };

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
  if (known?.sentAt) return { outcome: 'sent', row: known };
  if (known?.failure && !isRecent(known.failure.since, deps.now(), patienceMs)) return { outcome: 'given_up', row: known };
  if (!(await deps.claimNotice(request, admin, { at: deps.now(), known }))) return pending;
  const mail = await sent(deps, telling);
  if ('messageId' in mail) return noted(() => deps.noticeSent(request, admin, { at: deps.now(), messageId: mail.messageId }));
  const failure = { since: deps.now().toISOString(), inTimeline: false, ...known?.failure, detail: mail.failed };
  return { outcome: 'pending', row: await deps.noticeFailed(request, admin, failure) };
}

async function sent(deps: TellDeps, { request, admin, notice }: Telling): Promise<{ messageId: string } | { failed: string }> {
  try {
    return { messageId: await deps.sendMail(admin, deps.render(notice)) };
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
      return { outcome: 'sent', row: await note() };
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
    }
  }
  return pending;
}
