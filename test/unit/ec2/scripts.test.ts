/** The scripts that run on servers, and their reports. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { restoreScript, snapshotScript, uploadScript } from '#lib/fleet/ec2/scripts/backups.ts';
import { installScript, requestScript } from '#lib/fleet/ec2/scripts/certificates.ts';
import {
  admitScript,
  followScript,
  passwordScript,
  prepareScript,
  promoteScript,
  writersScript,
} from '#lib/fleet/ec2/scripts/following.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { setUpScript } from '#lib/fleet/ec2/scripts/set-up.ts';
import { configureScript, infoScript, resetScript, restartScript } from '#lib/fleet/ec2/scripts/settings.ts';
import { shutDownScript } from '#lib/fleet/ec2/scripts/shut-down.ts';
import { readStop, stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { aSpec } from './world.ts';

const certificate = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----';
const url = 'https://bucket.s3.amazonaws.com/team/backup?X-Amz-Signature=ab&x=1';
const settings = {
  memoryMb: 7168,
  maxClients: 10_000,
  evictionPolicy: 'noeviction',
  idleTimeoutSeconds: 300,
  keyspaceEvents: 'KEA',
};
const scripts: Readonly<Record<string, string>> = {
  'set-up': setUpScript(aSpec()),
  stop: stopScript,
  start: startScript,
  'shut-down': shutDownScript(new Date('2026-11-24T11:00:00Z')),
  prepare: prepareScript,
  admit: admitScript('cd'.repeat(32)),
  follow: followScript('10.0.0.8'),
  'certificate-request': requestScript,
  'certificate-install': installScript({ certificate, authority: certificate }),
  promote: promoteScript({ history: 'ab'.repeat(20), offset: 4711 }),
  refuse: writersScript('refused'),
  password: passwordScript('ef'.repeat(32)),
  configure: configureScript(settings),
  reset: resetScript,
  restart: restartScript('2023.12.20260727'),
  ask: infoScript(['replication'], ['role']),
  snapshot: snapshotScript('bak_1'),
  upload: uploadScript('bak_1', { listUrl: url, partBytes: 1024 }),
  restore: restoreScript(url),
};

describe('scripts that run on servers', () => {
  it.each(Object.entries(scripts))('%s is a script that a shell can read', (_, script) => {
    expect(() => execFileSync('/bin/sh', ['-n'], { input: script })).not.toThrow();
    expect(script.startsWith('#!/bin/sh\n')).toBe(true);
  });

  it.each(Object.entries(scripts).filter(([name]) => name !== 'set-up'))(
    '%s opens the service’s folders as its user only',
    (_, script) => {
      const commands = script.replaceAll('\\\n', ' ').split('\n');
      const naming = commands.filter((line) => /\$(base\/(data|acl)|file)\b/.test(line) && !/valkey\.sock/.test(line));
      const allowed = /as_valkey|^\s*file=|--property=ReadWritePaths|^mv -T "\$new"|^chown valkey:valkey "\$new"/;

      expect(naming.filter((line) => !allowed.test(line))).toEqual([]);
    },
  );

  it('upgrade to a release that is named as Amazon names them, or to none', () => {
    expect(() => restartScript('latest')).toThrow();
    expect(restartScript(null)).not.toContain('dnf');
  });

  it('are as they were agreed on', () => {
    for (const name of ['set-up', 'stop', 'start', 'shut-down']) expect(scripts[name]).toMatchSnapshot(name);
  });

  it('hold no word that was not checked', () => {
    const harm = "'; rm -rf / #";

    expect(() => followScript(harm)).toThrow();
    expect(() => installScript({ certificate: harm, authority: certificate })).toThrow();
    expect(() => installScript({ certificate, authority: harm })).toThrow();
    expect(() => admitScript(harm)).toThrow();
    expect(() => passwordScript(harm)).toThrow();
    expect(() => snapshotScript(harm)).toThrow();
    expect(() => restoreScript(harm)).toThrow();
    expect(() => configureScript({ ...settings, evictionPolicy: harm })).toThrow();
    expect(() => setUpScript(aSpec({ passwordSha256: harm }))).toThrow();
  });
});

describe("a stop's report", () => {
  it('shows a snapshot only where the script names its size', () => {
    const stop = { save: 'append_only_file', end: 'shutdown', reason: 'save_failed' };

    expect(readStop('stop: append_only_file shutdown save_failed - 1795518000 2214')).toEqual({
      stop,
      appendOnlyBytes: 2214,
    });
  });

  it('clears the time of a save that turned out not to be whole', () => {
    expect(stopScript).toMatch(/fault=\n {2}size=\n {2}saved_at=\n/);
  });
});
