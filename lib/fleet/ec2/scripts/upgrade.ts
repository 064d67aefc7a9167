/** Upgrades a server's packages before its service is restarted. */
import type { Proof } from '#lib/model/fleet.ts';
import { codes } from './prelude.ts';

/**
 * Amazon Linux 2023's name of a release, as in `2023.12.20260727` (Amazon Linux user guide, "Deterministic upgrades").
 */
const releasePattern = /^2023\.\d{1,3}\.\d{8}$/;

/**
 * Amazon Linux locks its repositories to the release of the server's image, so an upgrade names the target release.
 * `null` upgrades nothing; a release older than the server's is ignored. A new kernel runs from the next boot on. The
 * agent of Systems Manager is excluded: its upgrade would restart it while it runs this command.
 */
export function upgrading(release: string | null): string {
  if (release !== null && !releasePattern.test(release)) throw new Error('This is no release of Amazon Linux 2023.');
  return `version_of() { rpm -q --queryformat '%{VERSION}' "$1" 2>/dev/null | tr -cd 'A-Za-z0-9.~_-' | cut -c1-40; }
system_before="$(version_of system-release)"
service_before="$(version_of valkey)"
print_versions() { echo "versions: $system_before $service_before $(version_of system-release) $(version_of valkey)"; }
${release === null ? '' : upgrade(release)}`;
}

const upgrade = (release: string): string => `release=${release}
newest="$(printf '%s\\n%s\\n' "$system_before" "$release" | sort -V | tail -n 1)"
if [ "$newest" = "$release" ]; then
  timeout 1500 dnf upgrade -y -q --releasever="$release" --exclude='amazon-ssm-agent*' >/dev/null 2>&1 9>&- ||
    end ${codes.upgradeFailed} "The upgrade to $release failed; the service was left as it is."
fi
`;

/** The versions before and after, if the script printed them. */
export function versionsIn(output: string): NonNullable<Proof['versions']> | null {
  const [, system, service, systemNow, serviceNow] = /^versions: (\S+) (\S+) (\S+) (\S+)$/m.exec(output) ?? [];
  if (!system || !service || !systemNow || !serviceNow) return null;
  return { before: { system, service }, after: { system: systemNow, service: serviceNow } };
}
