/** Shutting a server down, once its service was stopped. */
import { codes, prelude } from './prelude.ts';

/**
 * It goes down two seconds after the script, so that its agent can tell how that ended: an agent that could not runs
 * the script again after the next boot (its `processInProgressDocuments`), which is why a server that booted since it
 * was asked stays up.
 */
export const shutDownScript = (orderedAt: Date): string => `${prelude}
booted="$(sed -n 's/^btime //p' /proc/stat)"
[ "$booted" -lt ${Math.floor(orderedAt.getTime() / 1000)} ] || end ${codes.bootedSince} 'The server booted since it was asked to shut down.'
if runs || [ -e "$base/wanted" ]; then end ${codes.running} 'The service runs, or is meant to.'; fi
systemd-run --quiet --on-active=2 --timer-property=AccuracySec=100ms systemctl poweroff || end ${codes.stopFailed} 'The server does not shut down.'
echo 'The server shuts down.'
`;
