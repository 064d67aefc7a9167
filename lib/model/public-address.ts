/**
 * Addresses that requests to URLs of customers may go to. An allowlist: global unicast addresses only, so that a new
 * special-purpose range is refused until the registries list it as public. Pure.
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 4291, section 2.4.
 */
import ipaddr from 'ipaddr.js';

/** Assigned for global unicast; NAT64, IPv4-compatible, site-local and unique local addresses are outside. */
const globalUnicast = '2000::/3';
/** Special ranges that ipaddr.js takes for unicast, or may: benchmarking, documentation, SRv6, AMT and AS112. */
const special = [
  '192.0.0.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
];

/** Parses the range at each use: a cold start would otherwise parse all of them, mostly for requests without a URL. */
function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(range);
  return address.kind() === network.kind() && address.match(network, bits);
}

function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const isPlain = ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'));
  return isPlain ? ipaddr.parse(text) : null;
}

/** False for what is no address, and for addresses that map to other ones: v4-mapped, NAT64, 6to4, Teredo. */
export function isPublicAddress(text: string): boolean {
  const address = parsed(text);
  if (address?.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6' && !isIn(address, globalUnicast)) return false;
  return !special.some((range) => isIn(address, range));
}

/** 127.0.0.0/8 and ::1. */
export const isLoopbackAddress = (text: string): boolean => parsed(text)?.range() === 'loopback';
