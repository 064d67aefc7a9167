/**
 * Addresses that requests to URLs of customers may go to. Sources: IANA IPv4 and IPv6 Special-Purpose Address
 * Registries; RFC 4291, section 2.4. Pure.
 */
import { BlockList, isIP } from 'node:net';

type Range = readonly [network: string, prefix: number];

/** Everything that is not global unicast. */
const specialIpv4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** All that is assigned for global unicast; NAT64, IPv4-mapped, site-local and unique local addresses are outside. */
const globalIpv6: Range = ['2000::', 3];
/** Within the global range: Teredo and other assignments, documentation, 6to4, AS112, AMT. */
const specialIpv6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

/** 0 for a text that is no address, and for one with a zone, which is of this machine. */
const familyOf = (text: string): number => (text.includes('%') ? 0 : isIP(text));

/** Makes the list at each use: a cold start would otherwise make it, mostly for requests without a URL. */
function isIn(text: string, ranges: readonly Range[]): boolean {
  const family = familyOf(text) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list.check(text, family);
}

/** False for a text that is no address, and for addresses that map to other ones: v4-mapped, NAT64, 6to4, Teredo. */
export function isPublicAddress(text: string): boolean {
  const family = familyOf(text);
  if (family === 4) return !isIn(text, specialIpv4);
  return family === 6 && isIn(text, [globalIpv6]) && !isIn(text, specialIpv6);
}

/** 127.0.0.0/8 and ::1. */
export function isLoopbackAddress(text: string): boolean {
  const family = familyOf(text);
  return family !== 0 && isIn(text, [family === 4 ? ['127.0.0.0', 8] : ['::1', 128]]);
}
