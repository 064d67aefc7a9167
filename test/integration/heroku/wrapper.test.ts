/** The wrapper of the Heroku CLI. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = mkdtempSync(join(tmpdir(), 'latchkey-heroku-wrapper-'));
const [own, other, real] = ['own/bin', 'other/bin', 'real'].map((name) => join(root, name)) as [string, string, string];

beforeAll(() => {
  for (const folder of [own, other, real]) mkdirSync(folder, { recursive: true });
  for (const folder of [own, other]) copyFileSync(resolve('local/wrappers/heroku.sh'), join(folder, 'heroku'));
  writeFileSync(
    join(real, 'heroku'),
    '#!/bin/sh\nfor word; do printf "[%s]" "$word"; done\nprintf "\\n%s" "$HOME"\nexit 3\n',
  );
  for (const folder of [own, other, real]) chmodSync(join(folder, 'heroku'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true }));

const PATH = [own, other, real, '/usr/bin', '/bin'].join(':');
const settings = { PATH, HOME: join(root, 'home'), HEROKU_HOST: 'http://127.0.0.1:4000', HEROKU_API_KEY: 'token' };
const heroku = (words: readonly string[], env: Record<string, string> = settings) =>
  spawnSync(join(own, 'heroku'), words, { env, encoding: 'utf8', timeout: 5_000 });
const passed = (line: string) =>
  (heroku(line.split(' ')).stdout.split('\n')[0] ?? '').slice(1, -1).split('][').join(' ');

describe('the heroku wrapper', () => {
  it.each([
    [
      'addons:create heroku-redis:private-7 --encryption-key ARN --app app',
      'addons:create heroku-redis:private-7 --app app -- --encryption-key ARN',
    ],
    [
      'addons:create heroku-redis:private-7 --fork redis://h:p@h:1 --encryption-key=ARN -a app --wait --as X ' +
        '--name y --confirm app',
      'addons:create heroku-redis:private-7 -a app --wait --as X --name y --confirm app -- --fork redis://h:p@h:1 ' +
        '--encryption-key=ARN',
    ],
    ['addons:add --encryption-key ARN heroku-redis -a app', 'addons:add heroku-redis -a app -- --encryption-key ARN'],
    [
      'addons:create heroku-redis:private-7 --app app -- --encryption-key ARN --wait',
      'addons:create heroku-redis:private-7 --app app -- --encryption-key ARN --wait',
    ],
    ['addons:create heroku-redis:private-7 --app app', 'addons:create heroku-redis:private-7 --app app'],
    ['config:set --unknown A=1', 'config:set --unknown A=1'],
  ])('hands on %s', (typed, words) => {
    expect(passed(typed)).toBe(words);
  });

  it('keeps words whole, exits as the CLI does, and gives it a home of its own', () => {
    const called = heroku(['config:set', 'GREETING=two words', '']);

    expect(called.stdout).toBe(`[config:set][GREETING=two words][]\n${join(root, 'own', 'heroku-home')}`);
    expect(called.status).toBe(3);
    expect(existsSync(join(root, 'own', 'heroku-home', '.cache', 'heroku', 'terms-of-service'))).toBe(true);
  });

  it.each([
    ['without an address', { HEROKU_HOST: '' }, 'source .latchkey/env'],
    ['without a token', { HEROKU_API_KEY: '' }, 'source .latchkey/env'],
    [
      'with an address elsewhere',
      { HEROKU_HOST: 'https://api.example.com' },
      'npm run heroku-proxy -- https://api.example.com',
    ],
  ])('refuses to run %s', (_, changes, hint) => {
    const called = heroku(['apps'], { ...settings, ...changes });
    expect([called.status, called.stdout]).toEqual([1, '']);
    expect(called.stderr).toContain(hint);
  });
});
