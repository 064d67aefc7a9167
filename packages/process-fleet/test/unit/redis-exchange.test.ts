import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RedisRefusal, repliesIn } from '../../src/redis-exchange.ts';

const wire = (reply: string | number | null) => {
  if (reply === null) return '$-1\r\n';
  return typeof reply === 'number' ? `:${reply}\r\n` : `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
};
const reply = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null));

describe("Redis's replies", () => {
  it('are read back as they were sent, line breaks and all', () => {
    fc.assert(
      fc.property(fc.array(reply), (sent) => expect(repliesIn(Buffer.from(sent.map(wire).join('')))).toEqual(sent)),
    );
  });

  it('are read only when they are whole', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1 }), fc.nat(), (sent, n) => {
        const bytes = Buffer.from(sent.map(wire).join(''));
        const whole = repliesIn(bytes.subarray(0, n % bytes.length));
        expect(whole.length).toBeLessThan(sent.length);
        expect(whole).toEqual(sent.slice(0, whole.length));
      }),
    );
  });

  it('distinguish an error from a text', () => {
    const [ok, refusal, strange] = repliesIn(Buffer.from('+OK\r\n-NOPERM no\r\n*0\r\n'));
    expect(ok).toBe('OK');
    expect(refusal).toBeInstanceOf(RedisRefusal);
    expect(refusal).toHaveProperty('message', 'NOPERM no');
    expect(strange).toBeInstanceOf(RedisRefusal);
  });
});
