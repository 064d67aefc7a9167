/**
 * A folder with the layout of a server's data volume and a real Redis, so that the scripts run as they do on an
 * instance. Programs of an instance that this machine lacks are faked: `systemctl` by a script that knows one unit,
 * `systemd-run` by one that records its command, and Valkey by Redis where this machine has no Valkey.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rightsWith } from '#lib/fleet/ec2/users.ts';

export interface AServer {
  readonly base: string;
  readonly port: number;
  /** Runs a script as root would on the instance. */
  run(script: string): { code: number; output: string };
  /** The same, without blocking this process. */
  runBeside(script: string): Promise<{ code: number; output: string }>;
  /** As a client with the application's password. */
  client(...words: string[]): string;
  /** A client that runs in the background; it ends with the server. */
  clientBeside(...words: string[]): void;
  admin(...words: string[]): string;
  isRunning(): boolean;
  close(): void;
}

/** The path of a program of Valkey or of Redis, by the part after the hyphen: "cli", "server", "check-rdb". */
export const serverProgram = (name: string): string =>
  execFileSync('/bin/sh', ['-c', `command -v valkey-${name} || command -v redis-${name}`], { encoding: 'utf8' }).trim();

const password = 'p'.repeat(32);
const secret = 's'.repeat(64);
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A port of 0 gives the service no port: clients use its socket. */
export function aServer({ port = 0, conf = '' }: { port?: number; conf?: string } = {}): AServer {
  const base = mkdtempSync(join(tmpdir(), 'latchkey-server-'));
  const bin = join(base, 'bin');
  for (const folder of ['data', 'acl', 'tls', 'transfer', 'bin']) mkdirSync(join(base, folder));
  writeFileSync(join(base, 'admin'), secret, { mode: 0o600 });
  writeFileSync(
    join(base, 'acl/users.acl'),
    `user default on #${sha256(password)} ${rightsWith()}\nuser latchkey on #${sha256(secret)} ~* &* +@all\n`,
  );
  writeFileSync(join(base, 'settings.conf'), '');
  writeFileSync(join(base, 'replication.conf'), '');
  writeFileSync(join(base, 'valkey.conf'), configuration(base, port, conf));
  writeFileSync(join(base, 'ready'), '');
  for (const [name, text] of Object.entries(programs(base))) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { ...process.env, LATCHKEY_BASE: base, PATH: `${bin}:${process.env.PATH ?? ''}` };
  const cli = (user: string, key: string, words: string[]) =>
    execFileSync(
      serverProgram('cli'),
      ['-s', join(base, 'data/valkey.sock'), '--user', user, '--no-auth-warning', ...words],
      {
        env: { ...process.env, REDISCLI_AUTH: key },
        encoding: 'utf8',
      },
    ).trim();
  const isRunning = () => alive(pidIn(base));
  const beside: ChildProcess[] = [];
  return {
    base,
    port,
    run: (script) => runScript(script, env),
    runBeside: (script) => runScriptBeside(script, env),
    client: (...words) => cli('default', password, words),
    clientBeside: (...words) => {
      const auth = { ...process.env, REDISCLI_AUTH: password };
      const all = ['-s', join(base, 'data/valkey.sock'), '--user', 'default', '--no-auth-warning', ...words];
      beside.push(spawn(serverProgram('cli'), all, { env: auth, stdio: 'ignore' }));
    },
    admin: (...words) => cli('latchkey', secret, words),
    isRunning,
    close: () => {
      for (const child of beside) child.kill('SIGKILL');
      const pid = pidIn(base);
      if (alive(pid)) process.kill(pid, 'SIGKILL');
      rmSync(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

const configuration = (base: string, port: number, more: string) =>
  [
    ...[
      'bind 127.0.0.1',
      `port ${port}`,
      `unixsocket ${base}/data/valkey.sock`,
      `aclfile ${base}/acl/users.acl`,
      `dir ${base}/data`,
    ],
    ...[
      `logfile ${base}/data/valkey.log`,
      `pidfile ${base}/pid`,
      'save ""',
      'repl-diskless-sync-delay 0',
      'daemonize yes',
      more,
    ],
    ...[`include ${base}/settings.conf`, `include ${base}/replication.conf`, ''],
  ].join('\n');

/**
 * The unit's start line is that of the set-up script. `runuser` refuses a file outside the service's own folders, which
 * its user could not read or write on an instance. `nft` records its rules in the file `rules`, and fails while the
 * file `no-nft` exists.
 */
const programs = (base: string): Record<string, string> => ({
  'valkey-cli': `exec ${serverProgram('cli')} "$@"`,
  'valkey-check-rdb': `exec ${serverProgram('check-rdb')} "$@"`,
  'cloud-init': `cat ${base}/cloud-init 2>/dev/null`,
  chown: 'exit 0',
  dnf: `echo "$@" >>${base}/upgrades; [ ! -e ${base}/upgraded ] || cp ${base}/upgraded ${base}/versions`,
  rpm: `for name in "$@"; do :; done; sed -n "s/^$name=//p" ${base}/versions`,
  runuser: `
shift 3
for word in "$@"; do
  case "$word" in /usr/*) continue ;; /*) ;; *) continue ;; esac
  case "$(realpath -m "$word")" in
    ${base}/data | ${base}/data/* | ${base}/acl/*) ;;
    *) echo "$word: Permission denied" >&2; exit 1 ;;
  esac
done
exec "$@"`,
  nft: `
[ ! -e ${base}/no-nft ] || exit 1
case "$1" in
  -f) cat >${base}/rules.new; mv ${base}/rules.new ${base}/rules; echo shut >>${base}/network ;;
  list) [ -e ${base}/rules ] ;;
  delete) rm ${base}/rules; echo open >>${base}/network ;;
esac`,
  'systemd-run': `
echo "$@" >>${base}/ordered
while [ $# -gt 0 ] && [ "$1" != valkey-server ]; do shift; done
[ $# -gt 0 ] || exit 0
[ ! -e ${base}/no-recovery ] || exit 1
shift
rm -f ${base}/pid
${serverProgram('server')} "$@" >/dev/null
for _ in $(seq 40); do [ -s ${base}/pid ] && exit 0; sleep 0.05; done`,
  systemctl: `
pid="$(cat ${base}/pid 2>/dev/null)"
lives() { [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
case "$1" in
  is-active) lives ;;
  start) lives && exit 0
    [ -e ${base}/wanted ] || exit 0
    if [ -e ${base}/data/appendonlydir/appendonly.aof.manifest ]; then log=yes; else log=no; fi
    rm -f ${base}/pid
    ${serverProgram('server')} ${base}/valkey.conf --appendonly $log 9>&-
    for _ in $(seq 40); do [ -s ${base}/pid ] && exit 0; sleep 0.05; done ;;
  kill) ! lives || kill -"\${2#--signal=SIG}" "$pid" ;;
  stop) lives || exit 0
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done ;;
  *) exit 0 ;;
esac`,
});

function runScript(script: string, env: NodeJS.ProcessEnv): { code: number; output: string } {
  try {
    return {
      code: 0,
      output: execFileSync('/bin/sh', { input: script, env, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }).trim(),
    };
  } catch (error) {
    const { status, stdout } = error as { status: number | null; stdout: string };
    return { code: status ?? -1, output: stdout.trim() };
  }
}

function runScriptBeside(script: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  const shell = spawn('/bin/sh', { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let output = '';
  shell.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  shell.stdin.end(script);
  return new Promise((resolve) => shell.on('close', (code) => resolve({ code: code ?? -1, output: output.trim() })));
}

const pidIn = (base: string): number =>
  existsSync(join(base, 'pid')) ? Number(readFileSync(join(base, 'pid'), 'utf8')) : 0;

function alive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
