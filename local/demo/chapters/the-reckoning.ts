/** What was promised beside what was measured, and two proofs about the whole story. */
import * as z from 'zod/mini';
import { VerifyTimeline } from '#lib/contracts/timeline.ts';
import { inWords } from '../durations.ts';
import { check } from '../stage.ts';
import type { Row } from '../table.ts';
import type { Play } from '../world.ts';
import { counted } from './the-data.ts';
import type { LockoutTimes } from './the-lockout.ts';
import type { Return } from './the-return.ts';

export interface Figures {
  readonly lockout: LockoutTimes;
  readonly back: Return;
}

/** One each: a warning, its cancelling; a warning, stopped, restored. */
const mailsPromised = 5;
const minute = 60_000;

export async function theReckoning({ stage, world }: Play, { lockout, back }: Figures): Promise<void> {
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
  await stage.prove('Each event was told once, and to the admins only', async () => {
    check(mails.length === mailsPromised, `There are ${mails.length} mails.`);
    check(
      mails.every(({ to }) => to.join() === 'admin@example.com'),
      'A mail went to somebody else.',
    );
    return `${mails.length} mails: a warning and its cancelling; a warning, "stopped", "restored"`;
  });
  await stage.prove('The timeline that recorded it all is unbroken', async () => {
    check(intact, 'The chain of hashes is broken.');
    return `${entries} entries, each with the hash of the one before`;
  });
  const header = ['', 'promised', `at speed ${world.speed}`, `× ${world.speed}, at most`];
  stage.table({ header, rows: rowsOf({ lockout, back }, mails.length, world.speed) });
  stage.say(
    `Only waits are ${world.speed} times as fast here; work takes the time that it takes, so × ${world.speed} is the most that it can be. On AWS a machine needs minutes to stop and to start: the promises leave room for that.`,
  );
}

function rowsOf({ lockout, back }: Figures, mails: number, speed: number): Row[] {
  const time = (what: string, promised: string, { taken, holds }: { taken: number; holds: boolean }): Row => ({
    cells: [what, promised, inWords(taken), inWords(taken * speed)],
    holds,
  });
  const within = (taken: number, minutes: number) => ({ taken, holds: taken * speed <= minutes * minute });
  return [
    time('Waiting period', '10 min', { taken: lockout.waited, holds: true }),
    time('Disabled → stopped, and told', 'about 20 min', within(lockout.untilTold, 20)),
    { cells: ['Ways in while disabled', 'none', '0 of 4'], holds: true },
    time('Enabled → back, and told', 'about 5 min', within(back.untilTold, 5)),
    { cells: ['Keys and values lost', 'none', `0 of ${counted(back.compared)}`], holds: true },
    { cells: ['Mails to the admins', `${mailsPromised}`, `${mails}`], holds: true },
  ];
}
