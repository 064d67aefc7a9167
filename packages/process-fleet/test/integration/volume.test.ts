/** A sealed volume: what goes in comes out, whatever its length, and what is not what it says is refused. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seal, unseal } from '../../src/sealed-volume.ts';
import { comparedWith } from '../../src/snapshot-destination.ts';

const mebibyte = 1024 * 1024;
const dataKey = new Uint8Array(randomBytes(32));
const context = { team: 'a' };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'latchkey-volume-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string) => join(dir, name);
const volume = () => ({ path: at('volume.sealed'), dataKey, context });
const line = (rdb: object) => `${JSON.stringify({ format: 'latchkey-volume/1', rdb })}\n`;

/** A volume of another version, or an invalid one. */
async function sealedBy(plaintext: Buffer): Promise<void> {
  const client = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const keyring = new RawAesKeyringNode({
    keyNamespace: 'latchkey',
    keyName: 'volume',
    // The keyring takes it over.
    unencryptedMasterKey: new Uint8Array(dataKey),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
  const { result } = await client.encrypt(keyring, plaintext, {
    suiteId,
    frameLength: mebibyte,
    encryptionContext: context,
  });
  writeFileSync(at('volume.sealed'), result);
}

describe('a sealed volume', () => {
  it.each([1, mebibyte - 60, mebibyte, 3 * mebibyte + 7, 20 * mebibyte])(
    'gives %d bytes back as they were',
    async (length) => {
      const snapshot = randomBytes(length);
      writeFileSync(at('dump.rdb'), snapshot);
      const { rdb, volume: sealed } = await seal(volume(), at('dump.rdb'));

      expect(rdb).toEqual({ bytes: length });
      expect(sealed.volumeBytes).toBe(statSync(at('volume.sealed')).size);
      expect(await unseal(volume(), () => at('back.rdb'))).toEqual(sealed);
      expect(readFileSync(at('back.rdb')).equals(snapshot)).toBe(true);
    },
  );

  it('gives no snapshot back where there was none', async () => {
    expect(await seal(volume(), at('dump.rdb'))).toMatchObject({ rdb: null });
    await unseal(volume(), () => at('back.rdb'));
    expect(existsSync(at('back.rdb'))).toBe(false);
  });

  it('is read also as it was written before, with a digest in its line', async () => {
    await sealedBy(Buffer.from(`${line({ bytes: 5, sha256: 'ab' })}hello`));
    await unseal(volume(), () => at('back.rdb'));
    expect(readFileSync(at('back.rdb'), 'utf8')).toBe('hello');
  });

  it.each([
    ['of another length than it says', `${line({ bytes: 6 })}hello`, 'holds other files'],
    ['of a format that is not known', `{"format":"other/1","rdb":null}\n`, 'of a format'],
    ['without an end to its line', 'a'.repeat(100_000), 'of a format'],
    ['of nothing', '', 'does not say'],
  ])('%s is refused', async (_what, plaintext, why) => {
    await sealedBy(Buffer.from(plaintext));
    const refusal = { reason: 'volume_damaged', message: expect.stringContaining(why) };
    await expect(unseal(volume(), () => at('back.rdb'))).rejects.toMatchObject(refusal);
  });
});

describe('what was sealed, compared with the snapshot', () => {
  it('is refused where a byte differs, and where the snapshot is gone', async () => {
    writeFileSync(at('dump.rdb'), 'hello');
    const destination = await comparedWith(at)('dump.rdb');
    await destination.take(Buffer.from('he'));
    await expect(destination.take(Buffer.from('llO'))).rejects.toMatchObject({ reason: 'unavailable' });
    await destination.close();
    await expect(comparedWith(at)('gone.rdb')).rejects.toMatchObject({ reason: 'unavailable' });
  });
});
