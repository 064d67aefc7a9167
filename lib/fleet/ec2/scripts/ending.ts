/** Ends a service within half a minute, even if its clients are hostile. */

/**
 * `obeys`: the service executes an administrator's command, if need be after its script or function was killed. A
 * script that has written cannot be killed (UNKILLABLE), and a service at its connection limit does not respond.
 * `end_service`: SHUTDOWN flushes acknowledged writes, even under such a script; signals follow. Sets `end_by`.
 */
export const ending = `obeys() {
  until="$(($(date +%s) + 12))"
  while :; do
    said="$(valkey_within 3 "$@")"
    [ "$said" != OK ] || return 0
    case "$said" in *'max number of clients'*) return 1 ;; esac
    case "$(valkey_within 3 SCRIPT KILL)$(valkey_within 3 FUNCTION KILL)" in *UNKILLABLE*) return 1 ;; esac
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 0.5
  done
}
ends_within() {
  until="$(($(date +%s) + $1))"
  while runs; do
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 0.2
  done
}
end_service() {
  end_by=shutdown
  valkey_within 5 SHUTDOWN NOSAVE NOW FORCE >/dev/null
  ends_within 3 && return 0
  end_by=killed
  systemctl kill --signal=SIGTERM "$unit"
  ends_within 8 && return 0
  systemctl kill --signal=SIGKILL "$unit"
  ends_within 5
}
`;
