/**
 * The volume on disk: one AWS Encryption SDK message (committing suite, not signed, frames of 1 MiB) under the server's data key. Its
 * plaintext is a line of JSON that gives the length and SHA-256 of the Redis snapshot, then the snapshot. Both ways stream.
 * Does not: take the snapshot. Of a service that runs, that is a checkpoint's work.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  type MessageHeader,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import type { Proof } from '../port.ts';
import { syncFolder } from './atomic-file.ts';
import { codeOf, FleetFailure, isSystemError } from './failure.ts';
import { unbroken } from './unbroken.ts';
import { type Manifest, manifestOf, readContent, sameManifest, writeContent } from './volume-content.ts';
import type { EncryptionContext } from './volume-kms.ts';

const frameLength = 1024 * 1024;
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
const client = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

export interface Volume {
  readonly path: string;
  readonly dataKey: Uint8Array;
  readonly context: EncryptionContext;
}

/** Of the volume as it lies on disk; SHA-256 in hex. */
type SealedBytes = Required<Pick<Proof, 'volumeBytes' | 'volumeSha256'>>;

type Key = Pick<Volume, 'dataKey' | 'context'>;

/**
 * Writes the snapshot (or none, for a server that never saved) to a new file, flushes it, decrypts it again and compares, and only then
 * puts it in the old one's place. Any failure leaves the old volume as it was. Answers what it sealed, and the digest of the sealed bytes.
 */
export async function seal(volume: Volume, rdbPath: string): Promise<Manifest & { volume: SealedBytes }> {
  const manifest = await manifestOf(rdbPath);
  const beside = `${volume.path}.new`;
  try {
    await encrypt({ ...volume, path: beside }, manifest, rdbPath);
    const { written, sealed } = await decrypt({ ...volume, path: beside }, null);
    if (!sameManifest(written, manifest)) throw new FleetFailure('unavailable', 'The snapshot changed while it was sealed.');
    await rename(beside, volume.path);
    await syncFolder(dirname(volume.path));
    return { ...manifest, volume: sealed };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * Writes the volume's snapshot to `rdbPath`, if it holds one, and answers the digest of the sealed bytes that it read. Throws `volume_damaged`,
 * and then nothing may be served from `rdbPath`.
 */
export const unseal = async (volume: Volume, rdbPath: string): Promise<SealedBytes> => (await decrypt(volume, rdbPath)).sealed;

async function encrypt(volume: Volume, manifest: Manifest, rdbPath: string): Promise<void> {
  const file = await open(volume.path, 'w', 0o600);
  try {
    const encryption = client.encryptStream(keyringOf(volume), { suiteId, frameLength, encryptionContext: { ...volume.context } });
    const { reading, writing, end } = unbroken();
    const toFile = writing((frame) => file.writeFile(frame));
    await pipeline(reading(writeContent(manifest, rdbPath, frameLength)), encryption, toFile);
    end();
    await file.sync();
  } finally {
    await file.close();
  }
}

async function decrypt({ path, ...key }: Volume, rdbPath: string | null): Promise<{ written: Manifest; sealed: SealedBytes }> {
  const hash = createHash('sha256');
  let volumeBytes = 0;
  const bytes = createReadStream(path, { highWaterMark: frameLength }).on('data', (chunk) => {
    hash.update(chunk);
    volumeBytes += chunk.length;
  });
  const written = await unsealFrom(bytes, key, rdbPath);
  return { written, sealed: { volumeBytes, volumeSha256: hash.digest('hex') } };
}

/** As `unseal`, from wherever the sealed bytes come. Without a path nothing is written: the bytes are only proven. */
export async function unsealFrom(sealed: Readable, key: Key, rdbPath: string | null): Promise<Manifest> {
  const decryption = client.decryptUnsignedMessageStream(keyringOf(key));
  let context: EncryptionContext = {};
  decryption.once('MessageHeader', (header: MessageHeader) => {
    context = header.encryptionContext;
  });
  let manifest: Manifest | undefined;
  try {
    await pipeline(sealed, decryption, async (chunks: AsyncIterable<Buffer>) => {
      manifest = await readContent(chunks, rdbPath);
    });
  } catch (error) {
    throw asDamage(error);
  }
  if (!manifest || !Object.entries(key.context).every(([name, value]) => context[name] === value)) throw damaged('is of another database');
  return manifest;
}

const keyringOf = ({ dataKey }: Key) =>
  new RawAesKeyringNode({
    keyNamespace: 'latchkey',
    keyName: 'volume',
    // A copy: the keyring asks for memory that is not a slice of a shared pool.
    unencryptedMasterKey: new Uint8Array(dataKey),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });

const damaged = (how: string, cause?: unknown) => new FleetFailure('volume_damaged', `The volume ${how}.`, { cause });

/** The operating system's refusals are not the volume's fault, save that the file is not there. */
function asDamage(error: unknown): unknown {
  if (error instanceof FleetFailure) return error;
  if (codeOf(error) === 'ENOENT') return damaged('is not there', error);
  if (isSystemError(error)) return error;
  return damaged('does not authenticate', error);
}
