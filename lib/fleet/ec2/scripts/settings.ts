/** Configures, reads and restarts a service. */

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

/** Writes the file first, so that a start in between applies the settings. */
export const configureScript = (settings: ServiceSettings): string => `${prelude}
cat >"$base/settings.conf" <<'SETTINGS'
${settingsFile(settings)}
SETTINGS
runs || end 0 'The next start has them.'
${Object.entries(settingsOf(settings))
  .map(
    ([name, value]) =>
      `said="$(valkey CONFIG SET ${name} '${value}')"\n` +
      `[ "$said" = OK ] || end ${codes.notYet} "The service refuses ${name}: $said"`,
  )
  .join('\n')}
echo 'Set.'
`;

export const resetScript = `${prelude}
runs || end 0 'A service that is stopped has no counters.'
[ "$(valkey CONFIG RESETSTAT)" = OK ] || end ${codes.notYet} 'The service does not reset its counters.'
`;

/** Prints lines of `INFO`. Read-only, without the lock. */
export const infoScript = (sections: readonly string[], names: readonly string[]): string => `#!/bin/sh
base="\${LATCHKEY_BASE:-/var/lib/latchkey}"
export VALKEYCLI_AUTH="$(cat "$base/admin")"
export REDISCLI_AUTH="$VALKEYCLI_AUTH"
for section in ${sections.join(' ')}; do
  timeout 3 valkey-cli -s "$base/data/valkey.sock" --user latchkey --no-auth-warning INFO "$section"
done | tr -d '\\r' | grep -E '^(${names.join('|')}):'
`;

/**
 * If the save fails, the service keeps running and accepts clients again. A stop may kill this script at any time; an
 * upgrade in progress then continues, since it does not have the lock. The next restart completes an interrupted one.
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
    valkey ACL SETUSER default on >/dev/null
    open_network
    rm -f "$base/restarting"
    end "$code" "$word" ;;
esac
${starting}
rm -f "$base/restarting"
print_versions
`;
