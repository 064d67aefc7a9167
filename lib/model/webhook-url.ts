/** URLs that a webhook may have. The receiver's addresses are checked again at each connection. Pure. */
import { isIP, isIPv4 } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export interface TargetRules {
  /** Whether receivers on this machine are permitted, also over plain HTTP and on any port; on the local cloud only. */
  readonly isLoopbackAllowed: boolean;
}

export interface Target {
  /** Normalised: an international name is in Punycode. */
  readonly url: URL;
  /** A name or an address, without brackets. */
  readonly host: string;
}

/** The HTTPS port, and the alternative that firewalls commonly permit. */
const ports = ['', '8443'];
const mostLength = 2048;

/** The target, or a sentence about what to change. */
export function targetOf(text: string, rules: TargetRules): Target | string {
  if (text.length > mostLength) return `A webhook's URL has at most ${mostLength} characters.`;
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return 'This is not a URL. Write it as https://example.com/path.';
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLocal = rules.isLoopbackAllowed && (host === 'localhost' || isLoopbackAddress(host));
  return faultOfSpelling(text, url, host) ?? (isLocal ? faultOfLocal(url) : faultOfPublic(url, host)) ?? { url, host };
}

function faultOfSpelling(text: string, url: URL, host: string): string | null {
  if (url.username || url.password) return 'The URL contains a user name or a password. Verify the signature instead.';
  if (text.includes('#')) return 'The URL has a fragment, which is not sent. Remove the # and what follows.';
  if (isIPv4(host) && !text.includes(host)) return 'Write an IPv4 address as four decimal numbers, or use a host name.';
  return null;
}

const faultOfLocal = ({ protocol }: URL): string | null =>
  protocol === 'https:' || protocol === 'http:' ? null : "A webhook's URL begins with https:// or http://.";

function faultOfPublic({ protocol, port }: URL, host: string): string | null {
  if (protocol !== 'https:') return "A webhook's URL begins with https://.";
  if (!ports.includes(port)) return 'The port is not allowed. Use 443 or 8443.';
  if (isIP(host)) return isPublicAddress(host) ? null : 'The address is not public. Use a receiver on the internet.';
  if (host.endsWith('.')) return 'The host name ends with a dot. Remove it.';
  return host.includes('.') ? null : 'The host name is not public. Use one with a domain, such as hooks.example.com.';
}

/** Whether a connection to the address may be made. */
export const isAddressAllowed = (address: string, { isLoopbackAllowed }: TargetRules): boolean =>
  isPublicAddress(address) || (isLoopbackAllowed && isLoopbackAddress(address));
