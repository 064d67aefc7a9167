/** The key is disabled and stays so: after the waiting period everything that it encrypts stops, in order. */
import { setTimeout } from 'node:timers/promises';
import { counted, inWords } from '../durations.ts';
import { envelope } from '../inbox.ts';
import { between, type LockoutSeen, latestLockout, lockoutIn } from '../lockouts.ts';
import { startSteadyReads } from '../steady-reads.ts';
import { until } from '../until.ts';
import type { Play, World } from '../world.ts';
import type { Content } from './the-data.ts';
import type { DemoDatabase } from './the-database.ts';

/** In milliseconds. */
export interface LockoutTimes {
  /** From noticing to the first action, by Latchkey's own record. */
  readonly waited: number;
  /** From the customer's command to the mail that says that everything is stopped. */
  readonly untilMail: number;
}

export async function theLockout(play: Play, database: DemoDatabase, content: Content): Promise<LockoutTimes> {
  const { stage, world } = play;
  stage.chapter(
    'The key is taken away',
    'The customer disables the key on purpose. It takes one command in their own account, and no approval.',
  );
  const begun = Date.now();
  await stage.do(world.keys.disable(database.keyArn));
  await stage.see('a mail that warns', world.inbox.next(), envelope);
  await theWait(play, database, content);
  const lockout = await stage.see('everything stopped', lockoutIn(world, 'stopped'), howItStopped);
  await stage.see('a mail that names every database', world.inbox.next(), envelope);
  return { waited: between(lockout, 'waiting', 'stopping_services'), untilMail: Date.now() - begun };
}

const howItStopped = (lockout: LockoutSeen): string =>
  [
    'everything stopped',
    `first the service, in ${inWords(between(lockout, 'stopping_services', 'stopping_servers'))}: it saved`,
    `then the server, in ${inWords(between(lockout, 'stopping_servers', 'stopped'))}: its volume is sealed, its ` +
      'memory wiped',
  ].join('\n');

/** Reads on while the bar grows: nothing is touched before its end. */
async function theWait({ stage, world }: Play, database: DemoDatabase, content: Content): Promise<void> {
  const { openedAt, deadline } = await lockoutIn(world, 'waiting');
  const from = Date.parse(openedAt);
  const seconds = (Date.parse(deadline) - from) / 1000;
  const wait = { label: 'Waiting period', from, seconds, speed: world.speed };
  const served = await stage.watch(
    wait,
    readOnUntilItActs(world, { database, content, end: from + (seconds * 1000) / world.speed }),
  );
  stage.say(`Nothing is touched meanwhile: the app read ${counted(served)} keys, and missed none.`);
}

interface Reading {
  readonly database: DemoDatabase;
  readonly content: Content;
  /** When the waiting period ends, in milliseconds since the epoch. */
  readonly end: number;
}

/** Reading ends this much before the waiting period does, so that a read never meets the stop. */
const respectMs = 500;

async function readOnUntilItActs(world: World, { database, content, end }: Reading): Promise<number> {
  const reads = await startSteadyReads(database.url, content.entries);
  await setTimeout(Math.max(0, end - respectMs - Date.now()));
  const served = await reads.stop();
  await until('the end of the waiting period', async () =>
    (await latestLockout(world))?.state === 'waiting' ? null : true,
  );
  return served;
}
