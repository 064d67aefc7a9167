#!/bin/sh
# Latchkey's aws: the AWS CLI against the embedded cloud.
# It adds --endpoint-url, since versions before 2.13 don't read AWS_ENDPOINT_URL, and refuses to run without one, so
# that a command that is meant for this machine never reaches a real account.
set -eu

if [ -z "${AWS_ENDPOINT_URL:-}" ]; then
  echo "aws (Latchkey): AWS_ENDPOINT_URL is not set. Run 'source .latchkey/env' first," \
    "or call your own aws by its full path." >&2
  exit 1
fi

# Any checkout's wrapper, this one among them, says so in its second line.
is_wrapper() {
  { read -r _ && read -r second; } <"$1" 2>/dev/null || return 1
  case "$second" in "# Latchkey's aws:"*) return 0 ;; *) return 1 ;; esac
}

IFS=:
for dir in $PATH; do
  if [ -f "$dir/aws" ] && [ -x "$dir/aws" ] && ! is_wrapper "$dir/aws"; then
    unset IFS
    exec "$dir/aws" --endpoint-url "$AWS_ENDPOINT_URL" "$@"
  fi
done

echo "aws (Latchkey): the AWS CLI is not installed. Install it with 'sudo apt-get install awscli'," \
  "'brew install awscli' or 'pip install awscli'." >&2
exit 127
