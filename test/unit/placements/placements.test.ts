/** Placements: read from a stage's file, stored as rows, found by the fleet. */
import { describe, expect, it } from '@jest/globals';
import { type Placements, placementsIn } from '#lib/model/placement.ts';
import { committing } from '#lib/store/commit.ts';
import { placementChanges, placementStore } from '#lib/store/placements.ts';
import type { Table } from '#lib/store/table.ts';
import { createMemoryTable } from '#simulation/memory-table.ts';
import { countingIds } from '#simulation/samples.ts';

const network = (letter: string) => ({
  subnets: [`subnet-0123456789abcdef${letter}`],
  securityGroups: ['sg-0123456789abcdef0'],
});

const writer =
  (table: Table) =>
  async (wanted: Partial<Placements>): Promise<number> => {
    const commit = committing({ table, newId: countingIds(), pause: async () => undefined });
    const changes = await placementChanges(wanted, table);
    for (let begin = 0; begin < changes.length; begin += 50)
      await commit({ teamId: 'deployment', at: new Date(0), changes: changes.slice(begin, begin + 50) });
    return changes.length;
  };

describe("a stage's placements", () => {
  it('are read by the names of the file, each with its fault', () => {
    expect(placementsIn({ region: 'eu-west-1', ec2Networks: { default: network('0') } })).toEqual({
      network: { default: network('0') },
    });
    expect(placementsIn(null)).toEqual({});
    expect(() => placementsIn({ ec2Networks: { default: { subnets: ['vpc-1'], securityGroups: [] } } })).toThrow(
      /subnet-0123.*ec2Networks/s,
    );
    expect(() => placementsIn({ ecsTargets: { shop: { cluster: 'a', service: 'b' } } })).toThrow(/ecsTargets/);
    expect(() => placementsIn({ ec2InstanceTypes: { 'private-7': 'large' } })).toThrow(/r7g.large/);
  });
});

describe('placements as rows', () => {
  it('are found, changed and removed as the file says, and a hundred spaces are no more trouble than one', async () => {
    const table = createMemoryTable();
    const written = writer(table);
    const spaces = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`space_${n}`, network('1')]));
    const ecsService = { app_1: { cluster: 'acme', service: 'shop' } };
    expect(
      await written({
        network: { default: network('0'), ...spaces },
        instanceType: { 'private-7': 'r7g.large' },
        ecsService,
      }),
    ).toBe(103);

    const store = placementStore(table);
    expect(await store.networkOf('space_99')).toEqual(network('1'));
    expect(await store.instanceTypeOf('private-7')).toBe('r7g.large');
    expect(await store.ecsServiceOf('app_1')).toEqual(ecsService.app_1);
    expect(await store.networkOf('space_100')).toBeNull();

    expect(await written({ network: { default: network('0'), ...spaces } })).toBe(0);
    expect(await written({ network: { default: network('2') } })).toBe(101);
    expect([await store.networkOf('default'), await store.networkOf('space_1')]).toEqual([network('2'), null]);
    expect(await store.ecsServiceOf('app_1')).toEqual(ecsService.app_1);
    expect(await written({ ecsService: {} })).toBe(1);
    expect(await store.ecsServiceOf('app_1')).toBeNull();
  });
});
