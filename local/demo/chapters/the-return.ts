/** The key is enabled: servers, services, mail, and every key and value as it was. */
import { digestOf } from '../content.ts';
import { counted, inWords } from '../durations.ts';
import { envelope } from '../inbox.ts';
import { between, type LockoutSeen, lockoutIn } from '../lockouts.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import { wrappedKeyOf } from './out-of-reach.ts';
import type { Content } from './the-data.ts';
import type { DemoDatabase } from './the-database.ts';

export interface Return {
  /** From the customer's command to the mail that says that everything is back, in milliseconds. */
  readonly untilMail: number;
  /** Keys that were compared with what was written. */
  readonly compared: number;
}

export async function theReturn({ stage, world }: Play, database: DemoDatabase, content: Content): Promise<Return> {
  stage.chapter(
    'The key is back',
    'One command again, and everything returns by itself, at the same address with the same password.',
  );
  const begun = Date.now();
  await stage.do(world.keys.enable(database.keyArn));
  await stage.see('everything back', lockoutIn(world, 'restored'), howItReturned);
  await stage.see('a mail that says so', world.inbox.next(), envelope);
  const untilMail = Date.now() - begun;
  const redis = await connectApp(database.url);
  try {
    await stage.prove(`All ${counted(content.entries.length)} keys and values are what they were`, async () => {
      const read = await redis.readAll();
      const digest = digestOf(read);
      check(digest === content.digest, `${counted(read.length)} keys were read, with the digest ${digest}.`);
      return `SHA-256 over all keys and values: ${digest.slice(0, 16)}…, as before`;
    });
  } finally {
    redis.close();
  }
  const decrypt = world.keys.decryptAsPlatform(wrappedKeyOf(database));
  await stage.prove('The request that KMS refused is allowed again', async () => {
    const bytes = await decrypt.run();
    check(bytes === 32, `KMS answered ${bytes} bytes.`);
    return `Decrypt, with the platform's access key: a data key of ${bytes} bytes`;
  });
  return { untilMail, compared: content.entries.length };
}

const howItReturned = (lockout: LockoutSeen): string =>
  [
    'everything back',
    `first the server, in ${inWords(between(lockout, 'starting_servers', 'starting_services'))}: KMS unwrapped its ` +
      'data key',
    `then the service, in ${inWords(between(lockout, 'starting_services', 'restored'))}: its data is loaded`,
  ].join('\n');
