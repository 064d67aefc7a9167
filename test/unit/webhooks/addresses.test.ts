/** Webhooks reach public addresses only, whatever an address looks like and whatever it maps to. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLoopbackAddress, isPublicAddress } from '#lib/model/public-address.ts';
import { isAddressAllowed } from '#lib/model/webhook-url.ts';

/** From the IANA registries and RFC 6890, not from the code: network, prefix length, what it is. */
const refusedV4: readonly (readonly [string, number, string])[] = [
  ['0.0.0.0', 8, 'this network, and unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, and the metadata service'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, '6to4 relays'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, and broadcast'],
];
const refusedV6: readonly (readonly [bigint, number, string])[] = [
  [0x0000n << 112n, 8, 'unspecified, loopback, v4-mapped and v4-compatible'],
  [0x0064ff9bn << 96n, 96, 'NAT64'],
  [0x0064ff9b0001n << 80n, 48, 'local NAT64'],
  [0x0100n << 112n, 64, 'discard'],
  [0x2001n << 112n, 32, 'Teredo'],
  [0x20010002n << 96n, 48, 'benchmarking'],
  [0x20010020n << 96n, 28, 'ORCHID'],
  [0x20010db8n << 96n, 32, 'documentation'],
  [0x2002n << 112n, 16, '6to4'],
  [0x3fffn << 112n, 20, 'documentation'],
  [0x5f00n << 112n, 16, 'segment routing'],
  [0xfc00n << 112n, 7, "unique local, and AWS's metadata service"],
  [0xfe80n << 112n, 10, 'link-local'],
  [0xfec0n << 112n, 10, 'site-local'],
  [0xff00n << 112n, 8, 'multicast'],
];

const v4 = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const groups = (value: bigint): string[] =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
const v6 = (value: bigint): string => groups(value).join(':');

const inV4 = ([network, bits]: readonly [string, number, string]) =>
  fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((host) => v4(numberOf(network) + host));
const inV6 = ([network, bits]: readonly [bigint, number, string]) =>
  fc.bigInt({ min: 0n, max: (1n << BigInt(128 - bits)) - 1n }).map((host) => v6(network | host));

describe('an address is refused in', () => {
  it.each(refusedV4)('%s/%i: %s', (...range) => {
    fc.assert(fc.property(inV4(range), (address) => !isPublicAddress(address)));
  });

  it.each(refusedV6.map((range) => [v6(range[0]), range] as const))('%s', (_, range) => {
    fc.assert(fc.property(inV6(range), (address) => !isPublicAddress(address)));
  });

  it('every form that maps a private IPv4 address', () => {
    fc.assert(
      fc.property(fc.oneof(...refusedV4.map(inV4)), (address) => {
        const hex = groups(BigInt(numberOf(address)))
          .slice(6)
          .join(':');
        const mapped = [`::ffff:${address}`, `::ffff:${hex}`, `::${address}`, `64:ff9b::${hex}`, `2002:${hex}::1`];
        return mapped.every((each) => !isPublicAddress(each));
      }),
    );
  });
});

it('addresses of the internet are public', () => {
  for (const address of ['1.1.1.1', '8.8.8.8', '52.94.236.248', '99.255.255.255', '172.32.0.1', '223.255.255.254'])
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
  for (const address of ['2606:4700:4700::1111', '2600:1f18::1', '2a05:d014::1', '2001:4860:4860::8888'])
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
});

it('what is no address in its standard form is refused', () => {
  for (const text of [
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    'fe80::1%eth0',
    '2600::1%eth0',
    '1.1.1.1.',
    '::1]',
  ])
    expect([text, isPublicAddress(text)]).toEqual([text, false]);
});

it('a setting permits loopback, and nothing else that is not public', () => {
  const rules = { isLoopbackAllowed: true };
  for (const address of ['127.0.0.1', '127.9.9.9', '::1'])
    expect([isLoopbackAddress(address), isAddressAllowed(address, rules)]).toEqual([true, true]);
  for (const address of ['169.254.169.254', '10.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', 'fd00:ec2::254', '::1%lo'])
    expect([address, isAddressAllowed(address, rules)]).toEqual([address, false]);
  expect(isAddressAllowed('127.0.0.1', { isLoopbackAllowed: false })).toBe(false);
});
