/** Shuts a server down after its service was stopped. */
import { codes, prelude } from './prelude.ts';

/**
 * The shutdown follows two seconds after the script, so that the agent can report the script's result. An agent that
 * could not report it repeats the script after the next boot (`processInProgressDocuments` of the agent); the script
 * therefore ignores requests older than the boot.
 */
export const shutDownScript = (orderedAt: Date): string => `${prelude}
booted="$(sed -n 's/^btime //p' /proc/stat)"
[ "$booted" -lt ${Math.floor(orderedAt.getTime() / 1000)} ] || \
end ${codes.bootedSince} 'The server booted since it was asked to shut down.'
if runs || [ -e "$base/wanted" ]; then end ${codes.running} 'The service runs, or is meant to.'; fi
systemd-run --quiet --on-active=2 --timer-property=AccuracySec=100ms systemctl poweroff || \
end ${codes.stopFailed} 'The server does not shut down.'
echo 'The server shuts down.'
`;
