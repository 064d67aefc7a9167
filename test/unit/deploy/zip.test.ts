/** The zip archive of a function. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { zipOf } from '../../../scripts/deploy/zip.ts';

const files = { 'functions/a.mjs': Buffer.from('export const a = 1;\n'.repeat(500)), 'ä.txt': Buffer.from('umlaut') };

describe('an archive', () => {
  it('is the same for the same files', async () => {
    expect(await zipOf(files)).toEqual(await zipOf({ ...files }));
  });

  it('holds each file behind its name, deflated', async () => {
    const zip = await zipOf({ 'one.mjs': files['functions/a.mjs'] });
    const [compressed, nameLength] = [zip.readUInt32LE(18), zip.readUInt16LE(26)];

    expect(zip.toString('utf8', 30, 30 + nameLength)).toBe('one.mjs');
    expect(inflateRawSync(zip.subarray(30 + nameLength, 30 + nameLength + compressed))).toEqual(
      files['functions/a.mjs'],
    );
  });
});
