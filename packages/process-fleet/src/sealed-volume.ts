/**
 * The volume on disk: one AWS Encryption SDK message (committing suite, not signed, frames of 1 MiB) under the server's
 * data key. Its plaintext is a line of JSON that names files and their lengths, then the files: the Redis snapshot, or
 * the append-only file of a service that ended without one. Both ways stream.
 * Does not: take the snapshot. Of a service that runs, that is a checkpoint's work.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MessageHeader } from '@aws-crypto/client-node';
import { syncFolder } from './atomic-file.ts';
import { codeOf, FleetFailure, isSystemError } from './failure.ts';
import type { Proof } from './port.ts';
import { comparedWith, newFiles, type OpenDestination } from './snapshot-destination.ts';
import { unbroken } from './unbroken.ts';
import { blockBytes, createBlocks, eachUsed } from './volume-bytes.ts';
import {
  type Content,
  type ContentReader,
  contentReader,
  type Manifest,
  snapshotContent,
  writeContent,
} from './volume-content.ts';
import type { EncryptionContext } from './volume-kms.ts';

const frameLength = blockBytes;

export interface Volume {
  readonly path: string;
  readonly dataKey: Uint8Array;
  readonly context: EncryptionContext;
}

/** The SHA-256 of the encrypted volume, in hex. */
type SealedBytes = Required<Pick<Proof, 'volumeBytes' | 'volumeSha256'>>;

type Key = Pick<Volume, 'dataKey' | 'context'>;

/** Seals the snapshot (or none, for a server that never saved); see `sealContent`. */
export const seal = async (volume: Volume, rdbPath: string): Promise<Manifest & { volume: SealedBytes }> =>
  sealContent(volume, await snapshotContent(rdbPath));

/**
 * Writes the content to a new file, flushes it, decrypts it again, compares every byte with the content's, and only
 * then puts it in the old one's place. Any failure leaves the old volume as it was. Answers what it sealed, and the
 * digest of the sealed bytes.
 */
export async function sealContent(volume: Volume, content: Content): Promise<Manifest & { volume: SealedBytes }> {
  const beside = `${volume.path}.new`;
  try {
    await encrypt({ ...volume, path: beside }, content);
    const sealed = await decrypt({ ...volume, path: beside }, comparedWith(content.pathOf));
    await rename(beside, volume.path);
    await syncFolder(dirname(volume.path));
    return { ...content.manifest, volume: sealed };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * Writes the files that the volume holds, each to its path, and answers the digest of the sealed bytes that it read.
 * Throws `volume_damaged`, and then nothing may be served from these paths.
 */
export const unseal = (volume: Volume, pathOf: Content['pathOf']): Promise<SealedBytes> =>
  decrypt(volume, newFiles(pathOf));

async function encrypt(volume: Volume, content: Content): Promise<void> {
  const file = await open(volume.path, 'w', 0o600);
  let written = 0;
  const blocks = createBlocks(() => written);
  try {
    const encryption = (await encryptionOf(volume)).encrypting();
    const { reading, writing, end } = unbroken();
    const plaintext = reading(writeContent(content, blocks));
    const toFile = writing(async (bytes) => {
      await file.writeFile(bytes);
      written += bytes.length;
    });
    await pipeline(plaintext, encryption, eachUsed(toFile));
    end();
    blocks.release();
    await file.sync();
  } finally {
    await file.close();
  }
}

async function decrypt({ path, ...key }: Volume, to: OpenDestination): Promise<SealedBytes> {
  const content = contentReader(to);
  const blocks = createBlocks(content.taken);
  const hash = createHash('sha256');
  let volumeBytes = 0;
  const hashed = async function* () {
    for await (const block of blocks.read(path)) {
      hash.update(block);
      volumeBytes += block.length;
      yield block;
    }
  };
  await readInto(content, hashed(), key);
  blocks.release();
  return { volumeBytes, volumeSha256: hash.digest('hex') };
}

/** As `unseal`, for a stream that has a snapshot only. Returns the content's description. */
export const unsealFrom = (sealed: Readable, key: Key, rdbPath: string): Promise<Manifest> =>
  readInto(contentReader(newFiles(() => rdbPath)), sealed, key);

async function readInto(content: ContentReader, sealed: AsyncIterable<Buffer>, key: Key): Promise<Manifest> {
  const decryption = (await encryptionOf(key)).decrypting();
  let context: EncryptionContext = {};
  decryption.once('MessageHeader', (header: MessageHeader) => {
    context = header.encryptionContext;
  });
  try {
    await pipeline(sealed, decryption, eachUsed(content.take));
    const manifest = content.manifest();
    if (!Object.entries(key.context).every(([name, value]) => context[name] === value))
      throw damaged('is of another database');
    return manifest;
  } catch (error) {
    throw asDamage(error);
  } finally {
    await content.close();
  }
}

/** The AWS Encryption SDK is loaded with the first volume: it holds several megabytes, and a machine may have none. */
async function encryptionOf({ dataKey, context }: Key) {
  const sdk = await import('@aws-crypto/client-node');
  const client = sdk.buildClient(sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const keyring = new sdk.RawAesKeyringNode({
    keyNamespace: 'latchkey',
    keyName: 'volume',
    // A copy: the keyring asks for memory that is not a slice of a shared pool.
    unencryptedMasterKey: new Uint8Array(dataKey),
    wrappingSuite: sdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const suiteId = sdk.AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
  return {
    encrypting: () => client.encryptStream(keyring, { suiteId, frameLength, encryptionContext: { ...context } }),
    decrypting: () => client.decryptUnsignedMessageStream(keyring),
  };
}

const damaged = (how: string, cause?: unknown) => new FleetFailure('volume_damaged', `The volume ${how}.`, { cause });

/** The operating system's refusals are not the volume's fault, save that the file is not there. */
function asDamage(error: unknown): unknown {
  if (error instanceof FleetFailure) return error;
  if (codeOf(error) === 'ENOENT') return damaged('is not there', error);
  if (isSystemError(error)) return error;
  return damaged('does not authenticate', error);
}
