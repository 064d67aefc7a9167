/** Hostile texts, paths and names in requests. */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appSaved } from '#lib/model/items/apps.ts';
import { appStore } from '#lib/store/apps.ts';
import { commit } from '#lib/store/commit.ts';
import { deployedTable } from '#lib/store/table.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const setVars = (body: object) => platform.ask('PATCH /v1/apps/your-app-name/config-vars', { body });
const vars = async () =>
  (await platform.ask<Record<string, string | null>>('GET /v1/apps/your-app-name/config-vars')).body;
const wholeTable = async () =>
  JSON.stringify((await deployedTable.documents.send(new ScanCommand({ TableName: deployedTable.name }))).Items);

/** Control characters that a terminal would execute, and text with a changed reading direction. */
const steering = ['\u001b[2J', 'a\u0007b', 'a\u202eb', 'a\u0085b'];

describe('what a terminal would act on', () => {
  it.each(steering.map((text) => [JSON.stringify(text), text]))('is refused on both surfaces: %s', async (_, text) => {
    const encoded = encodeURIComponent(text);
    const token = platform.tokens.adminToken;

    expect(await platform.ask('POST /v1/tokens', { token, body: { name: text } })).toBeProblem('invalid_request');
    expect(
      await platform.ask('PATCH /v1/apps/your-app-name', { body: { process: { command: [text], cwd: '/' } } }),
    ).toBeProblem('invalid_request');
    expect(await setVars({ MOTD: text })).toBeProblem('invalid_request');
    expect(await platform.ask(`GET /v1/apps/${encoded}`)).toBeProblem('invalid_request');

    const byPath = await platform.ask(`GET /apps/${encoded}`);
    expect([byPath.status, byPath.body.id]).toEqual([400, 'invalid_request']);

    const byBody = await platform.ask('POST /actions/addons/resolve', { body: { addon: text } });
    expect([byBody.status, byBody.body.id]).toEqual([422, 'invalid_request']);
    expect(JSON.stringify([byPath.body, byBody.body])).not.toContain(JSON.stringify(text).slice(1, -1));
  });

  it('is not taken for the several lines of a certificate', async () => {
    const certificate = '-----BEGIN CERTIFICATE-----\n\tMIIB\r\n-----END CERTIFICATE-----\n';

    expect((await setVars({ CERTIFICATE: certificate })).status).toBe(200);
    expect((await vars()).CERTIFICATE).toBe(certificate);

    await setVars({ CERTIFICATE: null });
  });
});

describe('a path that is longer than any name', () => {
  it.each([
    'GET /apps/{}',
    'GET /addons/{}',
    'DELETE /addon-attachments/{}',
    'GET /v1/apps/{}',
    'GET /v1/keys/{}',
    'GET /apps/your-app-name/releases/{}',
    'GET /v1/keys/{}/evidence',
  ])('is refused: %s', async (line) => {
    const { status, body } = await platform.ask(line.replace('{}', 'a'.repeat(1500)));
    expect([status, body.id ?? body.type]).toEqual([400, expect.stringContaining('invalid_request')]);
  });
});

describe('a name that every object has', () => {
  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('is no eviction policy: %s', async (name) => {
    const { body } = await platform.ask<{ id: string }>('POST /v1/databases', {
      body: { name: `a-${name.length}-b`, plan: 'mini', app: 'your-app-name' },
    });
    const bySurface = [
      await platform.ask(`PATCH /redis/v0/databases/${body.id}/config`, { body: { maxmemory_policy: name } }),
      await platform.ask(`PATCH /v1/databases/${body.id}/settings`, { body: { evictionPolicy: name } }),
    ];

    expect(bySurface.map(({ status }) => status)).toEqual([422, 400]);
  });

  it('is a config var like any other, or none, and never more', async () => {
    expect((await setVars(JSON.parse('{"__proto__": "x"}') as object)).body).toEqual({});
    expect((await setVars({ CONSTRUCTOR: 'x' })).status).toBe(200);
    expect((await vars()).CONSTRUCTOR).toBe('x');
  });
});

describe("an app's config vars", () => {
  const large = 'x'.repeat(32_000);
  const some = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`LARGE_${from + index}`, large]));

  it('are refused above what a row holds, whether in one request or in several', async () => {
    expect((await setVars(some(0, 4))).status).toBe(200);
    expect(await setVars(some(4, 4))).toBeProblem('invalid_request');
    expect(Object.keys(await vars()).filter((name) => name.startsWith('LARGE'))).toHaveLength(4);
    expect((await setVars({ LARGE_0: null, LARGE_1: null, LARGE_2: null, LARGE_3: null })).status).toBe(200);
  });

  it('are 300 at most', async () => {
    const numbered = (from: number) =>
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`N_${from + index}`, 'x']));

    for (const from of [0, 100]) expect((await setVars(numbered(from))).status).toBe(200);
    expect((await setVars({ N_200: 'x' })).status).toBe(200);
    expect(await setVars(numbered(201))).toBeProblem('invalid_request');

    await setVars({ N_200: null });
    for (const from of [0, 100])
      await setVars(Object.fromEntries(Object.keys(numbered(from)).map((name) => [name, null])));
  });

  it('are in the table as ciphertext, which the platform alone opens', async () => {
    expect((await setVars({ API_KEY: 'a-secret-of-the-app' })).status).toBe(200);

    const table = await wholeTable();
    expect(table).toContain('API_KEY');
    expect(table).not.toContain('a-secret-of-the-app');
    expect((await vars()).API_KEY).toBe('a-secret-of-the-app');
    expect((await platform.ask('GET /apps/your-app-name/config-vars')).body.API_KEY).toBe('a-secret-of-the-app');
  });

  it('are not read as those of another app, though its row has them', async () => {
    const [one, other] = [
      await appStore().findApp(platform.teamId, 'your-app-name'),
      await appStore().findApp(platform.teamId, 'example-app'),
    ];
    if (!one?.sealedVars || !other) throw new Error('There are no apps');

    await commit({
      teamId: platform.teamId,
      at: new Date(),
      changes: [appSaved({ ...other, sealedVars: one.sealedVars })],
    });

    expect((await platform.ask('GET /v1/apps/example-app/config-vars')).status).toBe(503);
  });

  it('of a row from before they were encrypted are read, and encrypted by the next change', async () => {
    const app = await appStore().findApp(platform.teamId, 'example-app');
    if (!app) throw new Error('There is no app');

    await commit({
      teamId: platform.teamId,
      at: new Date(),
      changes: [appSaved({ ...app, sealedVars: null, configVars: { OLD: 'as-it-was' } })],
    });

    expect((await platform.ask('GET /v1/apps/example-app/config-vars')).body).toMatchObject({ OLD: 'as-it-was' });

    await platform.ask('PATCH /v1/apps/example-app/config-vars', { body: { NEW: 'x' } });
    expect(await wholeTable()).not.toContain('as-it-was');
    expect((await platform.ask('GET /v1/apps/example-app/config-vars')).body).toMatchObject({
      OLD: 'as-it-was',
      NEW: 'x',
    });
  });
});
