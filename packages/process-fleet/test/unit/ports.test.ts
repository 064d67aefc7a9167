import { describe, expect, it } from '@jest/globals';
import { allocatePair } from '../../src/ports.ts';

const allFree = async () => true;

describe('a port pair', () => {
  it('is the first that no server has', async () => {
    expect(await allocatePair(16379, new Set(), allFree)).toBe(16379);
    expect(await allocatePair(16379, new Set([16379, 16380]), allFree)).toBe(16381);
  });

  it('is not taken when either half is in use', async () => {
    expect(await allocatePair(16379, new Set([16380]), allFree)).toBe(16381);
    expect(await allocatePair(16379, new Set(), async (port) => port !== 16380)).toBe(16381);
    expect(await allocatePair(16379, new Set(), async (port) => port !== 16379)).toBe(16381);
  });

  it('ends with the ports that there are', async () => {
    await expect(allocatePair(65001, new Set(), async () => false)).rejects.toThrow(/65001/);
  });
});
