/**
 * Validates the values that are written into a server's configuration and scripts, as the last line of defence.
 */
import type { ServerSpec, ServiceSettings } from '#lib/model/fleet.ts';

export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

/** Throws `InvalidSettings`. */
export function assertValidSpec(spec: ServerSpec): void {
  assertThat(/^[0-9a-f]{64}$/.test(spec.passwordSha256), 'A password hash is 64 hexadecimal digits in lower case.');
  assertValidSettings(spec);
}

/** Throws `InvalidSettings`. */
export function assertValidSettings(settings: ServiceSettings): void {
  const { memoryMb, maxClients, evictionPolicy, idleTimeoutSeconds = 0, keyspaceEvents = '' } = settings;
  for (const size of [memoryMb, maxClients])
    assertThat(Number.isSafeInteger(size) && size >= 1, `Memory and clients are whole numbers from 1 up, not ${size}.`);
  assertThat(
    /^(noeviction|(allkeys|volatile)-(lru|lfu|random)|volatile-ttl)$/.test(evictionPolicy),
    `Unknown eviction policy: ${evictionPolicy}`,
  );
  assertThat(
    Number.isSafeInteger(idleTimeoutSeconds) && idleTimeoutSeconds >= 0,
    `An idle timeout is a whole number of seconds, 0 for none, not ${idleTimeoutSeconds}.`,
  );
  // Source: Redis's manual, "Redis keyspace notifications".
  assertThat(/^[KEg$lshzxetdmnA]*$/.test(keyspaceEvents), `Unknown keyspace events: ${keyspaceEvents}`);
}

function assertThat(holds: boolean, message: string): void {
  if (!holds) throw new InvalidSettings(message);
}
