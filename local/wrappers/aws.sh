#!/bin/sh
# `aws` against the embedded cloud: adds --endpoint-url, as AWS CLI versions before 2.13 do not read AWS_ENDPOINT_URL.
# It refuses to run without one, so that a command meant for this machine never reaches a real account.
set -eu

if [ -z "${AWS_ENDPOINT_URL:-}" ]; then
  echo "aws (Latchkey): AWS_ENDPOINT_URL is not set. Run 'source .latchkey/env' first, or call your own aws by its full path." >&2
  exit 1
fi

own_dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
IFS=:
for dir in $PATH; do
  [ -x "$dir/aws" ] && [ ! -d "$dir/aws" ] || continue
  [ "$(CDPATH='' cd -- "$dir" && pwd -P)" = "$own_dir" ] && continue
  unset IFS
  exec "$dir/aws" --endpoint-url "$AWS_ENDPOINT_URL" "$@"
done

echo "aws (Latchkey): the AWS CLI is not installed. Install it with 'sudo apt-get install awscli', 'brew install awscli' or 'pip install awscli'." >&2
exit 127
