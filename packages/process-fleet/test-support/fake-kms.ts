/**
 * KMS, as the fleet sees it: wraps under one fixed key, so that another process can unwrap what this one wrapped.
 * Does not: know key ARNs, policies or states; a test says what it refuses.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FleetFailure, type VolumeKms } from '../src/index.ts';

export interface FakeKms extends VolumeKms {
  refusal: 'key_unusable' | 'unavailable' | null;
}

const masterKey = Buffer.alloc(32, 7);
const aad = (context: Readonly<Record<string, string>>) => Buffer.from(JSON.stringify(context));

export function createFakeKms(): FakeKms {
  const kms: FakeKms = {
    refusal: null,
    generateDataKey: async (_keyArn, context) => {
      refuse(kms);
      const plaintext = randomBytes(32);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', masterKey, iv).setAAD(aad(context));
      const wrapped = Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      return { plaintext, wrapped };
    },
    unwrap: async (_keyArn, wrapped, context) => {
      refuse(kms);
      const bytes = Buffer.from(wrapped);
      const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(0, 12)).setAAD(aad(context));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    },
  };
  return kms;
}

function refuse({ refusal }: FakeKms): void {
  if (refusal) throw new FleetFailure(refusal, `KMS refused: ${refusal}`);
}
