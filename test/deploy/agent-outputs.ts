/**
 * The output of a deployment's server for each job, in the format that the driver reads, as of a Valkey with its
 * leader's data. An upload stores its parts in the deployment's S3, with the given URLs and no other permission.
 */

import { generateKeyPairSync } from 'node:crypto';

/** Computed when a job's result is read for the first time. */
export interface JobRequest {
  /** As Systems Manager shows it: `latchkey ` and the job's name. */
  readonly comment: string;
  readonly script: string;
  readonly isFollower: boolean;
}

const snapshot = Buffer.from('REDIS0011, as far as S3 is concerned');
const usedMemory = 1_000_000;
const history = 'a'.repeat(40);
const offset = 4096;

const { publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const certificate = ['-----BEGIN CERTIFICATE-----', 'TUlJQg==', '-----END CERTIFICATE-----'].join('\n');

const replication = (isFollower: boolean): string =>
  [
    `role:${isFollower ? 'slave' : 'master'}`,
    ...(isFollower ? ['master_link_status:up', 'master_sync_in_progress:0', `slave_repl_offset:${offset}`] : []),
    `master_repl_offset:${offset}`,
    `master_replid:${history}`,
  ].join('\n');

/** A job without an output of its own prints nothing and succeeds. */
export async function outputOf({ comment, script, isFollower }: JobRequest): Promise<string> {
  const job = comment.replace(/^latchkey /, '');
  if (job.startsWith('snapshot-')) return `${snapshot.length} ${usedMemory}`;
  if (job.startsWith('upload-')) return uploaded(script);
  if (job === 'prepare-to-follow') return 'b'.repeat(64);
  if (job.startsWith('admit-srv')) return certificate;
  if (job === 'certificate-request') return publicKey;
  if (job === 'progress') return replication(isFollower);
  if (job === 'measure') return `valkey_version:8.1.4\nused_memory:${usedMemory}\nconnected_clients:0`;
  if (job.startsWith('digest-')) return `100 0 ${'c'.repeat(40)}`;
  return '';
}

async function uploaded(script: string): Promise<string> {
  const [, listUrl = ''] = /'(https?:\/\/[^']+)'/.exec(script) ?? [];
  const list = await fetch(listUrl);
  if (!list.ok) throw new Error(`The list of parts is refused: ${await list.text()}`);
  const urls = (await list.text()).split('\n').filter(Boolean);
  for (const url of urls) {
    const stored = await fetch(url, { method: 'PUT', body: snapshot });
    if (!stored.ok) throw new Error(`A part is refused: ${await stored.text()}`);
  }
  return 'Stored.';
}
