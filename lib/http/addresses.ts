/**
 * The addresses of a host name, from DNS alone: no hosts file, and no thread of libuv's pool that a slow name could
 * hold.
 */
import { Resolver } from 'node:dns/promises';

export type Resolve = (host: string) => Promise<string[]>;

/** Two tries of two seconds each, within an attempt's ten. */
const options = { timeout: 2000, tries: 2 };

/** All IPv4 and IPv6 addresses. Rejects if the name has none. */
export const resolveHost: Resolve = async (host) => {
  if (host === 'localhost') return ['127.0.0.1'];
  const resolver = new Resolver(options);
  const results = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  if (found.length === 0) throw new Error('The name has no address');
  return found;
};
