/** While the key is disabled nothing can be read: tried from the network, from the disk, from KMS and from the API. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import * as z from 'zod/mini';
import { countFound } from '../content.ts';
import { counted } from '../durations.ts';
import { KmsRefusal, type Wrapped } from '../key-tool.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import type { Content } from './the-data.ts';
import type { DemoDatabase } from './the-database.ts';

export async function outOfReach({ stage, world }: Play, database: DemoDatabase, content: Content): Promise<void> {
  stage.chapter(
    'Out of reach',
    'Is the data really out of reach, for the platform too? Four ways in, each tried with all that the platform has.',
  );
  const { port, tlsPort, places } = database;
  await stage.prove('The network: connections are refused', async () => {
    const results = await Promise.all([port, tlsPort].map(async (each) => `port ${each}: ${await knock(each)}`));
    check(
      results.every((result) => result.endsWith('ECONNREFUSED')),
      `A port is open: ${results.join(', ')}.`,
    );
    return results.join(', ');
  });
  await stage.prove('The disk: the volume is ciphertext, and memory is wiped', async () => {
    check(!existsSync(places.memory), "The server's memory is still there.");
    return ciphertextEvidence(readFileSync(places.volume), content);
  });
  const decrypt = world.keys.decryptAsPlatform(wrappedKeyOf(database));
  const refusal = await stage.do({ ...decrypt, run: () => refusalOf(decrypt.run()) });
  await stage.prove("KMS: the volume's data key stays wrapped", async () => {
    check(refusal === 'DisabledException', `KMS answered ${refusal}.`);
    return `Asked with the platform's own access key: ${refusal}`;
  });
  await stage.prove('The API: the credentials cannot be opened either', async () => {
    const path = `/v1/databases/${database.name}/credentials`;
    const { status, text } = await world.api.send('GET', path);
    check(status === 409 && !/rediss?:/.test(text), `GET ${path} answered ${status}.`);
    return `GET ${path}: 409 ${z.object({ title: z.string() }).parse(JSON.parse(text)).title}`;
  });
}

export function wrappedKeyOf({ places, keyArn }: DemoDatabase): Wrapped {
  const kept = z
    .object({ wrapped: z.string(), context: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(places.wrappedKey, 'utf8')));
  return { keyArn, ciphertext: Buffer.from(kept.wrapped, 'base64'), context: kept.context };
}

const refusalOf = (work: Promise<number>): Promise<string> =>
  work.then(
    (bytes) => `${bytes} bytes in the clear`,
    (error: unknown) => (error instanceof KmsRefusal ? error.code : Promise.reject(error)),
  );

/** AWS Encryption SDK, "Message format": version 2, then the suite, here AES-256-GCM with HKDF and key commitment. */
const messageStart = '020478';

function ciphertextEvidence(volume: Buffer, { entries }: Content): string {
  const header = volume.subarray(0, 16).toString('hex');
  check(header.startsWith(messageStart), `The volume begins with ${header}.`);
  const values = entries.map(([, value]) => value);
  const found = countFound(values, volume);
  check(found === 0 && !volume.includes('order:'), `${counted(found)} values are in the volume in the clear.`);
  const bytes = header.match(/../g)?.join(' ');
  return [
    `${(volume.length / 1e6).toFixed(1)} MB; the search finds ${found} of ${counted(values.length)} values.`,
    `It begins ${bytes} …`,
    'an AWS Encryption SDK message: version 02, suite 0478, AES-256-GCM',
  ].join('\n');
}

/** The error's code, or `connected`. */
const knock = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 5000 });
    socket.once('connect', () => resolve('connected'));
    socket.once('timeout', () => resolve('no answer'));
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.once('connect', () => socket.destroy()).once('timeout', () => socket.destroy());
  });
