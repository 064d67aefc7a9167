/** What was promised beside what was measured, and two proofs about the whole story. */
import * as z from 'zod/mini';
import { VerifyTimeline } from '#lib/contracts/timeline.ts';
import { counted, inWords } from '../durations.ts';
import { admin } from '../inbox.ts';
import { checkMails, countOf, mailsInWords, type PromisedMails } from '../mails.ts';
import { check } from '../stage.ts';
import type { Row } from '../table.ts';
import type { Play } from '../world.ts';
import type { LockoutTimes } from './the-lockout.ts';
import type { Return } from './the-return.ts';
import { contact } from './the-warning.ts';

export interface Figures {
  readonly lockout: LockoutTimes;
  readonly back: Return;
  /** Whether there was a real drill. */
  readonly isFull: boolean;
}

const mailsToAdmin: readonly PromisedMails[] = [
  { what: 'a warning', to: admin, subject: / will stop at /, count: 2 },
  { what: 'its cancellation', to: admin, subject: / key usable again, /, count: 1 },
  { what: '"stopped"', to: admin, subject: / 1 database stopped$/, count: 1 },
  { what: '"restored"', to: admin, subject: / 1 database restored$/, count: 1 },
];
const earlyWarnings: readonly PromisedMails[] = [
  { what: 'an early warning', to: contact, subject: / key is deleted in 30 days, /, count: 1 },
  { what: 'its withdrawal', to: contact, subject: / the key is not deleted$/, count: 1 },
];
const toConfirm: PromisedMails = {
  ...{ what: 'a request to confirm', to: contact },
  ...{ subject: / confirm that you want its notices$/, count: 1 },
};
/** Of a real drill. */
const drillMails: readonly PromisedMails[] = [
  { what: '[drill] a request to disable the key', to: contact, subject: /^\[drill\] .* please disable /, count: 1 },
  { what: 'a warning', to: contact, subject: /^\[drill\] .* will stop at /, count: 1 },
  { what: '"stopped"', to: contact, subject: /^\[drill\] .* 1 database stopped$/, count: 1 },
  { what: 'a request to enable the key', to: contact, subject: /^\[drill\] .* please enable /, count: 1 },
  { what: '"restored"', to: contact, subject: /^\[drill\] .* 1 database restored$/, count: 1 },
];
const minute = 60_000;

export async function theReckoning({ stage, world }: Play, { lockout, back, isFull }: Figures): Promise<void> {
  stage.chapter('The reckoning', 'What was promised, and what was measured.');
  const mails = await world.inbox.all();
  const { intact, entries } = await world.api.read(
    '/v1/timeline/verification',
    z.object(VerifyTimeline.response.shape),
  );
  await stage.prove('Nothing was done before the waiting period was over', async () => {
    check(lockout.waited * world.speed >= 10 * minute, `The first action came after ${inWords(lockout.waited)}.`);
    return `The first action came ${inWords(lockout.waited)} after the lockout opened, at speed ${world.speed}`;
  });
  await stage.prove('Each event caused one mail to each recipient, and no other mail was sent', async () => {
    const promised = [...mailsToAdmin, toConfirm, ...earlyWarnings, ...(isFull ? drillMails : [])];
    checkMails(mails, promised);
    return mailsInWords(promised);
  });
  await stage.prove('The timeline that recorded it all is unbroken', async () => {
    check(intact, 'The chain of hashes is broken.');
    return `${entries} entries, each with the hash of the one before`;
  });
  const header = ['', 'promised', `at speed ${world.speed}`, `× ${world.speed}, at most`];
  stage.table({ header, rows: rowsOf({ lockout, back }, world.speed) });
  stage.say(
    `Only waits are ${world.speed} times as fast here; work takes the time that it takes, so × ${world.speed} is ` +
      'the most that it can be. On AWS a machine needs minutes to stop and to start: the promises leave room for ' +
      'that.',
  );
}

function rowsOf({ lockout, back }: Omit<Figures, 'isFull'>, speed: number): Row[] {
  const time = (what: string, promised: string, { taken, holds }: { taken: number; holds: boolean }): Row => ({
    cells: [what, promised, inWords(taken), inWords(taken * speed)],
    holds,
  });
  const within = (taken: number, minutes: number) => ({ taken, holds: taken * speed <= minutes * minute });
  return [
    time('Waiting period', '10 min', { taken: lockout.waited, holds: true }),
    time('Disabled → stopped, mailed', 'about 20 min', within(lockout.untilMail, 20)),
    { cells: ['Ways in while disabled', 'none', '0 of 4'], holds: true },
    time('Enabled → back, mailed', 'about 5 min', within(back.untilMail, 5)),
    { cells: ['Keys and values lost', 'none', `0 of ${counted(back.compared)}`], holds: true },
    mailsRow('Mails to the admins', mailsToAdmin),
    mailsRow('Early warnings, withdrawals', earlyWarnings),
  ];
}

/** `checkMails` found as many as promised. */
function mailsRow(what: string, promised: readonly PromisedMails[]): Row {
  const count = String(countOf(promised));
  return { cells: [what, count, count], holds: true };
}
