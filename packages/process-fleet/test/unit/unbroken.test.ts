import { describe, expect, it } from '@jest/globals';
import { unbroken } from '../../src/unbroken.ts';

async function* chunks(count: number, fails = false): AsyncGenerator<Buffer> {
  for (let n = 0; n < count; n += 1) yield Buffer.from([n]);
  if (fails) throw new Error('it cannot be read');
}

describe('a stream that must not be broken off', () => {
  it('is read to its end though nothing can be written, and fails after that', async () => {
    const { writing, end } = unbroken();
    const written: number[] = [];
    let read = 0;
    const counted = async function* () {
      for await (const chunk of chunks(5)) {
        read += 1;
        yield chunk;
      }
    };
    const take = writing(async (chunk) => {
      if (chunk[0] === 2) throw new Error('the disk is full');
      written.push(chunk[0] ?? -1);
    });
    for await (const chunk of counted()) await take(chunk);

    expect({ read, written }).toEqual({ read: 5, written: [0, 1] });
    expect(end).toThrow('the disk is full');
  });

  it('ends where its source breaks, and fails after that', async () => {
    const { reading, writing, end } = unbroken();
    const written: number[] = [];
    const take = writing(async (chunk) => void written.push(chunk[0] ?? -1));
    for await (const chunk of reading(chunks(3, true))) await take(chunk);

    expect(written).toEqual([0, 1, 2]);
    expect(end).toThrow('it cannot be read');
  });

  it('says nothing where nothing went wrong', async () => {
    const { reading, writing, end } = unbroken();
    const take = writing(async () => undefined);
    for await (const chunk of reading(chunks(3))) await take(chunk);

    expect(end).not.toThrow();
  });
});
