/** Responses that are stored under an Idempotency-Key are encrypted under the caller's token. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decryptResponse, encryptResponse } from '#lib/edge/sealed-response.ts';
import { newSecret } from '#lib/model/team.ts';

describe('a stored response', () => {
  it('opens under the token that it was sealed with, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const token = newSecret();
        return decryptResponse(encryptResponse(text, token), token) === text;
      }),
      { numRuns: 50 },
    );
  });

  it('opens under no other', () => {
    expect(decryptResponse(encryptResponse('{"token":"x"}', newSecret()), newSecret())).toBeNull();
  });

  it('shows nothing of what it says, and differs each time', () => {
    const token = newSecret();
    const [one, other] = [encryptResponse('a secret', token), encryptResponse('a secret', token)];

    expect(Buffer.from(one, 'base64').includes('secret')).toBe(false);
    expect(one).not.toBe(other);
  });

  it('that was touched or cut off does not open', () => {
    const token = newSecret();
    const bytes = Buffer.from(encryptResponse('a secret that is long enough', token), 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (place) => {
        const touched = Buffer.from(bytes);
        touched[place] = (touched[place] ?? 0) ^ 1;
        expect(decryptResponse(touched.toString('base64'), token)).toBeNull();
        expect(decryptResponse(bytes.subarray(0, place).toString('base64'), token)).toBeNull();
      }),
    );
  });
});
