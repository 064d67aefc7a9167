/** The backup scripts of a server, with a real Redis. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { restoreScript, snapshotScript, uploadScript } from '#lib/fleet/ec2/scripts/backups.ts';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { type AServer, aServer } from './a-server.ts';

let servers: AServer[] = [];
let store: Server;
let objects: Map<string, Buffer>;
let url = '';

/** S3's side of a presigned URL: stores a PUT with a length, and returns it. */
async function answered(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { url: path = '', method, headers } = request;
  const known = objects.get(path);
  if (method === 'GET') return void response.writeHead(known ? 200 : 404).end(known);
  if (headers['content-length'] === undefined) return void response.writeHead(411).end();
  objects.set(path, Buffer.concat(parts));
  response.end();
}

beforeEach(async () => {
  objects = new Map();
  store = createServer((request, response) => void answered(request, response));
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const address = store.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterEach(async () => {
  for (const server of servers) server.close();
  servers = [];
  await new Promise((resolve) => store.close(resolve));
});

const given = (): AServer => {
  const server = aServer();
  servers.push(server);
  return server;
};

describe('a backup of a service that runs', () => {
  it('is a snapshot of it, with its size and its memory', () => {
    const server = given();
    server.run(startScript);
    server.client('SET', 'a', 'x'.repeat(3000));
    const { code, output } = server.run(snapshotScript('bak_1'));
    const [bytes = 0, memory = 0] = output.split(' ').map(Number);

    expect(code).toBe(0);
    expect(bytes).toBe(readFileSync(join(server.base, 'data/backup-bak_1.rdb')).length);
    expect(memory).toBeGreaterThan(500_000);
    expect(server.client('GET', 'a')).toHaveLength(3000);
  });

  it('goes out in parts by the URLs that it was handed, and comes back whole on another server', async () => {
    const server = given();
    server.run(startScript);
    server.client('SET', 'a', randomBytes(4000).toString('base64'));
    const value = server.client('GET', 'a');
    server.run(snapshotScript('bak_1'));
    const snapshot = readFileSync(join(server.base, 'data/backup-bak_1.rdb'));
    const parts = Math.ceil(snapshot.length / 1024);
    objects.set('/list', Buffer.from(Array.from({ length: parts }, (_, index) => `${url}/part-${index}\n`).join('')));
    expect(await server.runBeside(uploadScript('bak_1', { listUrl: `${url}/list`, partBytes: 1024 }))).toEqual({
      code: 0,
      output: 'Stored.',
    });
    const whole = Buffer.concat(
      Array.from({ length: parts }, (_, index) => objects.get(`/part-${index}`) ?? Buffer.alloc(0)),
    );
    expect(parts).toBeGreaterThan(1);
    expect(whole.equals(snapshot)).toBe(true);
    expect(readdirSync(join(server.base, 'data')).filter((name) => name.startsWith('backup-'))).toEqual([]);

    objects.set('/backup', whole);
    const another = given();
    expect(await another.runBeside(restoreScript(`${url}/backup`))).toEqual({ code: 0, output: 'Restored.' });
    another.run(startScript);
    expect(another.client('GET', 'a')).toBe(value);
  }, 30_000);

  it('replaces nothing with a backup that is not whole or does not come, or under a service that runs', async () => {
    const server = given();
    objects.set('/broken', Buffer.from('REDIS0011 and then rubbish'));

    writeFileSync(join(server.base, 'data/dump.rdb'), 'as it was');

    expect((await server.runBeside(restoreScript(`${url}/broken`))).code).toBe(codes.damaged);
    expect((await server.runBeside(restoreScript(`${url}/absent`))).code).toBe(codes.transferFailed);
    expect(readFileSync(join(server.base, 'data/dump.rdb'), 'utf8')).toBe('as it was');
    expect(existsSync(join(server.base, 'data/restore.rdb'))).toBe(false);

    const running = given();
    running.run(startScript);

    expect((await running.runBeside(restoreScript(`${url}/broken`))).code).toBe(codes.running);
  }, 30_000);

  it('says that there is nothing to save where no service runs', () => {
    expect(given().run(snapshotScript('bak_1')).code).toBe(codes.notRunning);
  });
});
