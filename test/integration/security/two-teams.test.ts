/** Two teams with rows under one ARN see nothing of each other. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backup } from '#lib/model/backup.ts';
import { backupCreated } from '#lib/model/items/backups.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseCreated } from '#lib/model/items/databases.ts';
import { keyCreated } from '#lib/model/items/keys.ts';
import { secretHash } from '#lib/model/team.ts';
import { commit } from '#lib/store/commit.ts';
import { teamStore } from '#lib/store/teams.ts';
import { aDatabase, aKey, anId } from '#test/support/build.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { bodyFor, callersOf, filledPath, routesOf } from './callers.ts';

/**
 * Two teams with rows under one ARN: backups of a team that forgot the key are still under it when the next team
 * registers it. Each team calls every route, with its own names and with the other team's, and sees nothing of the
 * other team.
 */
interface Side {
  readonly teamId: string;
  readonly token: string;
  /** By the name of a route's parameter. */
  readonly own: Readonly<Record<string, string>>;
  /** Values that no response to the other team may hold. */
  readonly marks: readonly string[];
}

let platform: Platform;
let sides: readonly [Side, Side];
const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const write = (teamId: string, changes: readonly Change[]) => commit({ teamId, at: new Date(), changes });

async function planted(token: string, number: number): Promise<Side> {
  const teamId = (await teamStore().tokenByHash(secretHash(token)))?.teamId ?? '';
  const name = `side-${number}-secret`;
  const [key, db, bak] = [anId('key', number), anId('db', number), anId('bak', number)];
  const { body: app } = await platform.ask<{ id: string }>('POST /v1/apps', {
    token,
    body: { name, admins: [`${name}@example.com`] },
  });
  const database = aDatabase({
    id: db,
    teamId,
    name: `${name}-db`,
    keyId: key,
    keyArn: arn,
    appId: app.id,
    appName: name,
    serverId: anId('srv', number),
    attachments: [{ appId: app.id, name: 'REDIS' }],
  });
  const backup: Backup = {
    ...{
      id: bak,
      teamId,
      databaseId: db,
      databaseName: `${name}-db`,
      plan: 'private-7',
      keyId: key,
      keyArn: arn,
      trigger: 'request',
      status: 'available',
    },
    ...{
      objectKey: `${name}/object`,
      objectBytes: 1,
      memoryBytes: 1,
      createdAt: database.createdAt,
      finishedAt: database.createdAt,
    },
    ...{ expiresAt: '2126-01-01T00:00:00.000Z', failure: null, version: 1 },
  };
  // Only one of them owns the ARN.
  const keys = keyCreated(aKey({ id: key, teamId, arn, databases: 1 })).slice(0, number === 1 ? 2 : 1);
  await write(teamId, [...keys, ...databaseCreated(database), ...backupCreated(backup)]);
  const own = {
    key,
    database: db,
    addon: db,
    backup: bak,
    app: app.id,
    attachment: `${app.id}::REDIS`,
    release: '1',
    lockout: anId('lk', number),
    token: anId('tok', number),
  };
  return { teamId, token, own, marks: [name, key, db, bak, app.id, teamId] };
}

beforeAll(async () => {
  platform = await aPlatform();
  const { stranger } = await callersOf(platform);
  sides = [await planted(platform.tokens.adminToken, 1), await planted(stranger ?? '', 2)];
});
afterAll(() => platform.close());

/**
 * Routes that read come first, since the others change resources. The test does not destroy a team's own resources,
 * since it uses them again below.
 */
function requests({ own }: Side, other: Side): string[] {
  const routes = routesOf(platform);
  const byOwn = routes.filter((route) => !route.startsWith('DELETE')).map((route) => filledPath(route, { ...own }));
  const byOthers = routes.map((route) => filledPath(route, { ...other.own }));
  return [...byOwn, ...byOthers].sort((one, next) => Number(next.startsWith('GET')) - Number(one.startsWith('GET')));
}

/** Ignores values from the request itself; values of another team's rows must not appear. */
function faultsIn(line: string, text: string, { marks }: Side): string[] {
  const news = marks
    .filter((mark) => text.includes(mark) && !line.includes(mark))
    .map((mark) => `${line} tells ${mark}`);
  const raw = /"(pk|sk|onKeyArn)":|TEAM#|TIMELINE#/.exec(text)?.[0];
  return raw ? [...news, `${line} answers ${raw}`] : news;
}

async function faultsFor(me: Side, other: Side): Promise<string[]> {
  const found: string[] = [];
  for (const line of requests(me, other)) {
    const { body } = await platform.ask<unknown>(line, { token: me.token, ...bodyFor(line) });
    found.push(...faultsIn(line, JSON.stringify(body), other));
  }
  return found;
}

describe('two teams under one ARN', () => {
  it('see nothing of each other by any route, and no row as it is kept', async () => {
    const [one, two] = sides;
    expect(await faultsFor(one, two)).toEqual([]);
    expect(await faultsFor(two, one)).toEqual([]);
  });

  it('see their own resources under it', async () => {
    for (const { own, token, marks } of sides) {
      const { body } = await platform.ask(`GET /v1/keys/${own.key}/impact`, { token });
      expect(body).toMatchObject({
        databases: { total: 1, items: [{ id: own.database }] },
        backups: { total: 1, items: [{ id: own.backup, database: `${marks[0]}-db` }] },
      });
    }
  });
});
