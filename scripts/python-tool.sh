#!/usr/bin/env bash
# Installs a Python tool into a separate virtual environment in the user's cache, once, and prints the folder of its
# programs.
#   python-tool.sh ministack | moto | cfn-lint | checkov | schemathesis
# The versions are in python-tools/<name>.txt. Without Python 3.10 or later, it prints an error and exits with 69.
set -euo pipefail
cd "$(dirname "$0")"

fail() {
  echo "$1" >&2
  exit 69
}

new_enough() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; }

python=
for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
  if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail 'Python is missing: the independent emulators, the linters and Schemathesis need python3,
3.10 or later, with its venv module. Install it: "sudo apt-get install python3 python3-venv", "brew install python".'

requirements="python-tools/$1.txt"
[ -f "$requirements" ] || fail "Unknown tool $1; the tools are: $(basename -s .txt python-tools/*.txt | xargs)."
digest='import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read() + sys.version.encode()).hexdigest()[:12])'
version=$("$python" -c "$digest" "$requirements")
place="${XDG_CACHE_HOME:-$HOME/.cache}/latchkey/python/$1-$version"

if [ ! -e "$place/.installed" ]; then
  mkdir -p "$(dirname "$place")"
  # A second run at the same time waits for the first.
  exec 9>"$place.lock"
  if command -v flock >/dev/null; then flock 9; fi
  if [ ! -e "$place/.installed" ]; then
    rm -rf "$place"
    "$python" -m venv "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    touch "$place/.installed"
  fi
fi
echo "$place/bin"
