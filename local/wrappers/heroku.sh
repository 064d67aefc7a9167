#!/usr/bin/env bash
# Latchkey's heroku: the Heroku CLI against Latchkey.
# It refuses to run without HEROKU_HOST, so that a command that is meant for this machine never reaches Heroku. It gives
# the CLI a home folder of its own, since the CLI writes credentials helpers into ~/.gitconfig. And it puts flags that
# the CLI does not know behind `--`, which versions from 9 on insist on:
# `heroku addons:create heroku-redis:private-7 --encryption-key ARN --app APP` works with each version.
# Without a CLI on the PATH it takes one from npm.
set -euo pipefail

version=11.10.0

if [ -z "${HEROKU_HOST:-}" ] || [ -z "${HEROKU_API_KEY:-}" ]; then
  echo "heroku (Latchkey): HEROKU_HOST or HEROKU_API_KEY is not set. Run 'source .latchkey/env' first," \
    "or call your own heroku by its full path." >&2
  exit 1
fi

# With any other address the CLI sends its token to Heroku itself.
case "$HEROKU_HOST" in
  http://127.0.0.1:* | http://localhost:*) ;;
  *)
    echo "heroku (Latchkey): HEROKU_HOST is $HEROKU_HOST, which is not on this machine." \
      "Run 'npm run heroku-proxy -- $HEROKU_HOST' and use the address that it says." >&2
    exit 1
    ;;
esac

# Any checkout's wrapper, this one among them, says so in its second line.
is_wrapper() {
  local first second
  { read -r first && read -r second; } <"$1" 2>/dev/null || return 1
  case "$second" in "# Latchkey's heroku:"*) return 0 ;; *) return 1 ;; esac
}

# The CLI on the PATH, if there is one.
installed() {
  local dir
  local IFS=:
  for dir in $PATH; do
    if [ -f "$dir/heroku" ] && [ -x "$dir/heroku" ] && ! is_wrapper "$dir/heroku"; then
      echo "$dir/heroku"
      return
    fi
  done
}

# Sets `arguments`: what addons:create knows stays in front, everything else goes behind `--`.
sort_flags() {
  local front=() behind=() list=front word
  while [ $# -gt 0 ]; do
    word=$1
    shift
    case "$word" in
      --) arguments=("${front[@]}" ${behind[@]+"${behind[@]}"} -- "$@") && return ;;
      -a | --app | -r | --remote | --as | --confirm | --name) front+=("$word") && list=value ;;
      -h | --help | --wait | --prompt | --app=* | --remote=* | --as=* | --confirm=* | --name=* | -a?* | -r?*)
        front+=("$word") && list=front
        ;;
      -*=*) behind+=("$word") && list=front ;;
      -*) behind+=("$word") && list=behind ;;
      *)
        if [ "$list" = behind ]; then behind+=("$word"); else front+=("$word"); fi
        list=front
        ;;
    esac
  done
  arguments=("${front[@]}")
  if [ ${#behind[@]} -gt 0 ]; then arguments+=(-- "${behind[@]}"); fi
}

arguments=("$@")
case "${1:-}" in
  addons:create | addons:add) sort_flags "$@" ;;
esac

real_home=${HOME:-}
export HOME
HOME="$(cd "$(dirname "$0")/.." && pwd)/heroku-home"
mkdir -p "$HOME/.cache/heroku"
# The CLI would print its terms of service at its first run.
touch "$HOME/.cache/heroku/terms-of-service"

cli=$(installed)
if [ -n "$cli" ]; then exec "$cli" ${arguments[@]+"${arguments[@]}"}; fi
if ! command -v npx >/dev/null; then
  echo "heroku (Latchkey): neither the Heroku CLI nor npx is on the PATH." \
    "Install Node.js, or the CLI with 'npm install -g heroku'." >&2
  exit 127
fi
export npm_config_cache="${npm_config_cache:-$real_home/.npm}"
exec npx --yes "heroku@$version" ${arguments[@]+"${arguments[@]}"}
