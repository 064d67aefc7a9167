/**
 * Isolates a service from its clients without its cooperation: the kernel drops its network traffic, except over
 * loopback and the local socket. Amazon Linux 2023 has `nft` in its repository, not in its image, so the set-up
 * installs it. The rules do not survive a boot.
 */
import { ports } from '../describe.ts';

const both = `{ ${ports.plain}, ${ports.tls} }`;

/** Idempotent: one transaction creates, removes and recreates the table (nft's manual, "Atomic rule replacement"). */
export const network = `shut_network() {
  nft -f - <<'RULES'
table inet latchkey {}
delete table inet latchkey
table inet latchkey {
  chain input {
    type filter hook input priority -300; policy accept;
    iifname "lo" accept
    tcp dport ${both} drop
  }
  chain output {
    type filter hook output priority -300; policy accept;
    oifname "lo" accept
    tcp sport ${both} drop
    meta skuid "valkey" drop
  }
}
RULES
}
open_network() {
  nft list table inet latchkey >/dev/null 2>&1 || return 0
  nft delete table inet latchkey
}
`;
