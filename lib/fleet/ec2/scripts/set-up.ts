/**
 * A new server's user data. It runs once, at the first boot, and installs the service without starting it.
 */

import { ports } from '#lib/fleet/ec2/describe.ts';
import type { ServerSpec } from '#lib/model/fleet.ts';
import { adminUser, rightsWith } from '../users.ts';
import { assertValidSpec } from '../valid-settings.ts';
import { base, unit } from './prelude.ts';
import { settingsFile } from './settings.ts';

/** Throws `InvalidSettings`. Contains the password's hash, never a password. */
export function setUpScript(spec: ServerSpec): string {
  assertValidSpec(spec);
  return `#!/bin/sh
set -eu
umask 077
base=${base}
dnf install -y -q valkey openssl xfsprogs nftables

# The data volume. It is formatted only while nothing is on it.
device=
for _ in $(seq 60); do
  for candidate in /dev/sdf /dev/nvme1n1; do
    if [ -b "$candidate" ]; then device="$(readlink -f "$candidate")"; break 2; fi
  done
  sleep 1
done
[ -n "$device" ]
blkid -p "$device" >/dev/null || mkfs.xfs -q -L latchkey "$device"
mkdir -p "$base"
grep -q LABEL=latchkey /etc/fstab || echo "LABEL=latchkey $base xfs nofail,nodev,nosuid,noexec 0 2" >>/etc/fstab
mountpoint -q "$base" || mount "$base"

# The administrator's secret is made here and stays here.
mkdir -p "$base/data" "$base/acl" "$base/tls" "$base/transfer"
[ -e "$base/admin" ] || head -c 32 /dev/urandom | sha256sum | cut -c1-64 >"$base/admin"
secret="$(cat "$base/admin")"
admin="$(printf %s "$secret" | sha256sum | cut -c1-64)"
address="$(hostname -I | cut -d' ' -f1)"
[ -e "$base/tls/key.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \\
  -subj /CN=latchkey -addext "subjectAltName=IP:$address" \
-keyout "$base/tls/key.pem" -out "$base/tls/certificate.pem" 2>/dev/null
[ -e "$base/tls/authority.pem" ] || cp "$base/tls/certificate.pem" "$base/tls/authority.pem"

[ -e "$base/acl/users.acl" ] || cat >"$base/acl/users.acl" <<USERS
user default on #${spec.passwordSha256} ${rightsWith()}
user ${adminUser} on #$admin ~* &* +@all
USERS
[ -e "$base/settings.conf" ] || cat >"$base/settings.conf" <<'SETTINGS'
${settingsFile(spec)}
SETTINGS
[ -e "$base/replication.conf" ] || : >"$base/replication.conf"
cat >"$base/valkey.conf" <<'CONF'
${conf(spec)}
CONF
cat >/etc/systemd/system/${unit}.service <<'UNIT'
${unitFile(spec)}
UNIT
echo 'vm.overcommit_memory = 1' >/etc/sysctl.d/60-latchkey.conf
sysctl -q --system
# The service's user writes in two folders, and reads the rest of what it needs.
chmod 711 "$base"
chmod 700 "$base/transfer"
chown -R valkey:valkey "$base/data" "$base/acl"
chown -R root:valkey "$base/tls" "$base"/*.conf
chmod 750 "$base/tls"
chmod 640 "$base"/tls/*.pem "$base"/*.conf
systemctl daemon-reload
systemctl enable -q ${unit}
touch "$base/ready"
`;
}

/** Port 0 closes a port. */
const conf = ({ allowPlaintext }: ServerSpec) => `bind * -::*
port ${allowPlaintext ? ports.plain : 0}
tls-port ${ports.tls}
tls-cert-file ${base}/tls/certificate.pem
tls-key-file ${base}/tls/key.pem
tls-ca-cert-file ${base}/tls/authority.pem
tls-auth-clients no
tls-replication yes
tls-protocols "TLSv1.2 TLSv1.3"
unixsocket ${base}/data/valkey.sock
unixsocketperm 700
aclfile ${base}/acl/users.acl
dir ${base}/data
logfile ${base}/data/valkey.log
dbfilename dump.rdb
save ""
appendfsync everysec
repl-diskless-sync-delay 0
repl-backlog-size 16mb
repl-ping-replica-period 2
repl-timeout 20
enable-debug-command no
enable-module-command no
enable-protected-configs no
daemonize no
include ${base}/settings.conf
include ${base}/replication.conf`;

/**
 * Loads the append-only file if it exists, and the snapshot otherwise: with `appendonly yes` alone, valkey would ignore
 * a snapshot and start empty.
 */
const unitFile = ({ maxClients }: ServerSpec): string =>
  `[Unit]
Description=Valkey of one Latchkey database
After=network-online.target
Wants=network-online.target
RequiresMountsFor=${base}
ConditionPathExists=${base}/wanted

[Service]
User=valkey
ExecStart=/bin/sh -c 'if [ -e ${base}/data/appendonlydir/appendonly.aof.manifest ]; then log=yes; else log=no; fi; \
exec /usr/bin/valkey-server ${base}/valkey.conf --appendonly $$log'
Restart=always
RestartSec=1
TimeoutStopSec=60
LimitNOFILE=${maxClients + 1024}
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=${base}/data ${base}/acl
OOMScoreAdjust=500

[Install]
WantedBy=multi-user.target`;
