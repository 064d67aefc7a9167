/**
 * The digest script of a server on EC2, with a real Redis: the digest that Redis's own script returns, page by page.
 */
import { afterEach, expect, it } from '@jest/globals';
import { digestScript } from '#lib/fleet/ec2/scripts/digest.ts';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { digestPageScript, emptyDigest } from '#lib/model/dataset-digest.ts';
import { type AServer, aServer } from './a-server.ts';

let servers: AServer[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

const inAnHour = Date.now() + 3_600_000;
const aStartedServer = (): AServer => {
  const server = aServer();
  servers.push(server);
  expect(server.run(startScript).code).toBe(0);
  return server;
};

it('digests many pages and several databases, and survives a restart', () => {
  const server = aStartedServer();
  server.admin('EVAL', "for n = 1, 3000 do redis.call('SET', 'key:' .. n, n) end", '0');
  server.admin('-n', '5', 'HSET', 'hash', 'field', 'value');
  server.admin('SET', 'passing', 'x', 'EX', '60');

  const before = server.run(digestScript(inAnHour));
  server.run(stopScript);
  server.run(startScript);
  const after = server.run(digestScript(inAnHour));

  expect(before).toMatchObject({ code: 0, output: expect.stringMatching(/^3001 1 [0-9a-f]{40}\n?$/) });
  expect(after).toEqual(before);
});

it('is what the service itself returns for a single page', () => {
  const server = aStartedServer();
  server.admin('SET', 'a', '1');
  server.admin('RPUSH', 'b', '1', '2');
  const page = server.admin('EVAL', digestPageScript, '0', '0', '0', String(inAnHour), emptyDigest);

  expect(server.run(digestScript(inAnHour)).output.trim()).toBe(page.split(' ').slice(1).join(' '));
});

it('waits for a service that does not run', () => {
  const server = aStartedServer();
  server.run(stopScript);

  expect(server.run(digestScript(inAnHour)).code).toBe(codes.notYet);
});
