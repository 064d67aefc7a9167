/** How a service runs, changed while it does; what it says of itself; and its restart with the newest program. */

import type { ServiceSettings } from '#lib/model/fleet.ts';
import { assertValidSettings } from '../valid-settings.ts';
import { codes, prelude } from './prelude.ts';
import { starting } from './services.ts';
import { stopping } from './stop.ts';
import { upgrading } from './upgrade.ts';

/** By the names of the configuration file. Throws `InvalidSettings`. */
function settingsOf(settings: ServiceSettings): Readonly<Record<string, string>> {
  assertValidSettings(settings);
  const { memoryMb, maxClients, evictionPolicy, idleTimeoutSeconds = 0, keyspaceEvents = '' } = settings;
  return {
    maxmemory: `${memoryMb}mb`,
    'maxmemory-policy': evictionPolicy,
    maxclients: String(maxClients),
    timeout: String(idleTimeoutSeconds),
    'notify-keyspace-events': keyspaceEvents,
  };
}

export const settingsFile = (settings: ServiceSettings): string =>
  Object.entries(settingsOf(settings))
    .map(([name, value]) => `${name} "${value}"`)
    .join('\n');

/** In the file first, so that a start between the two has them. */
export const configureScript = (settings: ServiceSettings): string => `${prelude}
cat >"$base/settings.conf" <<'SETTINGS'
${settingsFile(settings)}
SETTINGS
runs || end 0 'The next start has them.'
${Object.entries(settingsOf(settings))
  .map(
    ([name, value]) =>
      `said="$(ask CONFIG SET ${name} '${value}')"\n[ "$said" = OK ] || end ${codes.notYet} "The service refuses ${name}: $said"`,
  )
  .join('\n')}
echo 'Set.'
`;

export const resetScript = `${prelude}
runs || end 0 'A service that is stopped has no counters.'
[ "$(ask CONFIG RESETSTAT)" = OK ] || end ${codes.notYet} 'The service does not reset its counters.'
`;

/** Changes nothing and waits for nobody: lines of `INFO`. */
export const askingScript = (sections: readonly string[], names: readonly string[]): string => `#!/bin/sh
base="\${LATCHKEY_BASE:-/var/lib/latchkey}"
export VALKEYCLI_AUTH="$(cat "$base/admin")"
export REDISCLI_AUTH="$VALKEYCLI_AUTH"
for section in ${sections.join(' ')}; do
  timeout 3 valkey-cli -s "$base/data/valkey.sock" --user latchkey --no-auth-warning INFO "$section"
done | tr -d '\\r' | grep -E '^(${names.join('|')}):'
`;

/**
 * A save that fails leaves the service as it is, and clients come back to it. A stop may end this script at any moment:
 * an upgrade that is underway then goes on by itself, since it doesn't have the lock. A restart that was cut short is
 * finished by the next one.
 */
export const restartScript = (release: string | null): string => `${prelude}${stopping}
[ -e "$base/wanted" ] || [ -e "$base/restarting" ] || end 0 'The service is not meant to run.'
${upgrading(release)}
touch "$base/restarting"
stop_service
code=$?
case "$code" in
  0 | ${codes.notRunning}) ;;
  *) touch "$base/wanted"
    ask ACL SETUSER default on >/dev/null
    open_network
    rm -f "$base/restarting"
    end "$code" "$word" ;;
esac
${starting}
rm -f "$base/restarting"
tell_versions
`;
