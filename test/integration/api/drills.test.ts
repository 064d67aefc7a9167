/** Drills with real databases: the original serves on, and afterwards nothing of the fork is left. */
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DrillReportView, DrillView } from '#lib/contracts/drills.ts';
import type { SignedDrillReport } from '#lib/evidence/drill/statement.ts';
import type { Infer } from '#lib/model/schema.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { customerAccount } from '#local/accounts.ts';
import { liveTraffic } from '#local/demo/traffic.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { verifyEvidence } from '../../../scripts/verify-evidence.ts';
import { configVars, lostIn } from './fork-world.ts';
import { aServingDatabase, type DatabaseResponse, evidenceKeyOf, urlsOf, withRedis } from './preconditions.ts';

type DrillResponse = Infer<typeof DrillView>;
type Report = Infer<typeof DrillReportView>;

let platform: Platform;
let key: string;
let keyId: string;
let database: DatabaseResponse;

beforeAll(async () => {
  platform = await aPlatform();
  key = await platform.keyOfCustomer();
  database = await aServingDatabase(platform, { key, name: 'orders-db' });
  keyId = String(database.key?.id);
  await withRedis((await urlsOf(platform, database.id)).url, async (redis) => {
    await redis.mset(Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`key:${n}`, `value ${n}`])));
    await redis.hset('hash', { field: 'value' });
  });
});
afterAll(() => platform.close());

const report = async (id: string): Promise<Report> => (await platform.ask<Report>(`GET /v1/drills/${id}`)).body;
const inStage = (id: string, ...stages: string[]): Promise<Report> => {
  let last: Report | null = null;
  return until(`drill ${id} in ${stages.join(' or ')}`, async () => {
    last = await report(id);
    return stages.includes(last.stage) && last;
  });
};
const start = async (body: object): Promise<DrillResponse> => {
  const response = await platform.ask<DrillResponse>(`POST /v1/keys/${keyId}/drills`, { body });
  expect(response).toMatchObject({ status: 202 });
  return response.body;
};

/** The app writes a thousand times a second during the drill; returns the drill's end, and what the app met. */
async function underTraffic(drill: () => Promise<Report>) {
  const { REDIS_URL } = await configVars(platform);
  const traffic = liveTraffic(() => String(REDIS_URL));
  const ended = await drill().finally(traffic.stop);
  const { acknowledged, errors } = traffic;
  const replication = await withRedis(String(REDIS_URL), (redis) => redis.info('replication'));
  return {
    ended,
    written: acknowledged.length,
    met: { errors, connections: traffic.connections(), lost: await lostIn(platform, database.id, acknowledged) },
    replicas: /^connected_slaves:(\d+)/m.exec(replication)?.[1],
  };
}
const unharmed = { met: { errors: [], connections: 1, lost: [] }, replicas: '0' };

/** What the state of the world has of databases, grants and servers. */
async function world() {
  const { body } = await platform.ask<{ items: { name: string }[] }>('GET /v1/databases');
  const grants = await platform.kms('ListGrants', { KeyId: key });
  const fleet = String(platform.cloud.environment.FLEET_DIR);
  const use = { teamId: platform.teamId, keyArn: key };
  const rows = await databaseStore().databasesOnKey(use, { after: null, limit: 100 });
  return {
    databases: body.items.map(({ name }) => name),
    rows: rows.items.map(({ id }) => id),
    configVars: await configVars(platform),
    grants: (grants.Grants as unknown[]).length,
    servers: existsSync(fleet) ? readdirSync(fleet).filter((name) => name.startsWith('srv_')).length : 0,
    keyDatabases: (await platform.ask<{ databases: number }>(`GET /v1/keys/${keyId}`)).body.databases,
  };
}

/** The mail with this subject that has the command on a line of its own. */
const mailOf = (about: RegExp, command: string) =>
  until(`a mail has ${command}`, async () =>
    (await platform.mails()).find(
      ({ subject, body }) => about.test(subject) && body.text?.split('\n').includes(`    ${command}`),
    ),
  );

/** The signed report as JSON and as a page, and the public key that KMS gives. */
async function signedReport(id: string) {
  const path = `/v1/drills/${id}/report`;
  const signed = await platform.ask<SignedDrillReport>(`GET ${path}`);
  expect(signed).toMatchObject({ status: 200 });
  const headers = { authorization: `Bearer ${platform.tokens.teamToken}`, accept: 'text/html' };
  const page = await (await fetch(`${platform.cloud.urls.api}${path}`, { headers })).text();
  return { signed: signed.body, page, publicKey: await evidenceKeyOf(platform) };
}

describe('a simulated drill', () => {
  it('locks out and restores a fork, while clients of the original see no error', async () => {
    const before = await world();

    const { ended, written, ...harm } = await underTraffic(async () => {
      const drill = await start({ mode: 'simulated' });
      return inStage(drill.id, 'ended');
    });

    expect(ended).toMatchObject({
      outcome: 'passed',
      failure: null,
      database: { name: 'orders-db' },
      parity: { isSame: true },
      actions: [],
    });
    expect(ended.parity.keysBefore).toBeGreaterThanOrEqual(2001);
    expect(ended.phases.map(({ phase, met }) => [phase, met])).toEqual([
      ['forked', null],
      ['stopped', true],
      ['restored', true],
      ['removed', null],
    ]);
    expect(ended.notShown[0]).toMatch(/KMS refuses/);
    expect(written).toBeGreaterThan(100);
    expect(harm).toEqual(unharmed);
    expect(await world()).toEqual(before);
  });

  it('records its events in the timeline, and publishes only these', async () => {
    const entries = await platform.entries();
    const types = entries.filter(({ subject }) => subject.drillId).map(({ type }) => type);

    expect(types).toEqual(expect.arrayContaining(['DrillStarted', 'ServicesStopped', 'ServersStopped', 'DrillEnded']));
    expect(platform.published.some((event) => event.includes('DrillEnded'))).toBe(true);
    expect(platform.published.filter((event) => /ServicesStopped|LockoutOpened|DatabasesStopped/.test(event))).toEqual(
      [],
    );
    expect((await platform.ask('GET /v1/timeline/verification')).body).toMatchObject({ intact: true });
    expect(await platform.mails()).toEqual([]);
  });

  it('has a signed report to verify offline, in which no figure can be changed', async () => {
    const [drill] = (await platform.ask<{ items: DrillResponse[] }>('GET /v1/drills')).body.items;
    const { publicKey, signed, page } = await signedReport(String(drill?.id));

    for (const file of [JSON.stringify(signed), page])
      expect(verifyEvidence(file, { publicKey })).toMatchObject({
        code: 0,
        text: expect.stringMatching(/^Verified: A simulated drill .* passed\./),
      });
    const keys = signed.statement.parity.keysBefore;
    const forged = JSON.stringify(signed).replace(`"keysBefore":${keys}`, `"keysBefore":${Number(keys) + 1}`);
    expect(verifyEvidence(forged, { publicKey })).toMatchObject({
      code: 1,
      text: expect.stringContaining('was changed after it was signed'),
    });
  });

  it.each(['forking', 'locking_out'])(
    'is aborted while %s: clients of the original see no error, and its fork is removed',
    async (stage) => {
      const before = await world();

      const { ended, written, ...harm } = await underTraffic(async () => {
        const { id } = await start({ mode: 'simulated', waitingPeriodMinutes: 60 });
        await inStage(id, stage);
        expect(await platform.ask(`GET /v1/drills/${id}/report`)).toBeProblem('wrong_state');
        expect(await platform.ask(`POST /v1/drills/${id}/abort`)).toMatchObject({ status: 202 });
        return inStage(id, 'ended');
      });

      expect(ended).toMatchObject({ outcome: 'aborted' });
      expect(written).toBeGreaterThan(100);
      expect(harm).toEqual(unharmed);
      expect(await world()).toEqual(before);
      expect(await platform.ask(`POST /v1/drills/${ended.id}/abort`)).toBeProblem('wrong_state');
    },
  );
});

/** By SES's mailbox simulator. */
const bouncing = 'bounce+drill@simulator.amazonses.com';

describe('a real drill', () => {
  it('waits for the owner to disable and enable the drill key, and shows that KMS refuses', async () => {
    const before = await world();
    const drillKey = await platform.keyOfCustomer();
    for (const email of ['oncall@example.com', bouncing])
      await platform.ask(`POST /v1/keys/${keyId}/contacts`, { body: { email } });
    const drill = await start({ mode: 'real', drillKey });

    const waiting = await inStage(drill.id, 'awaiting_disable');
    const disable = `aws kms disable-key --key-id ${drillKey} --region us-east-1`;
    expect(waiting.next?.command).toBe(disable);
    await mailOf(/please disable the drill key by/, disable);
    await platform.kms('DisableKey', { KeyId: drillKey });
    const stopped = await inStage(drill.id, 'awaiting_enable');
    expect(stopped.opening).toMatchObject({ answer: 'refused', error: 'DisabledException' });
    const enable = `aws kms enable-key --key-id ${drillKey} --region us-east-1`;
    expect(stopped.next?.command).toBe(enable);
    await mailOf(/please enable the drill key by/, enable);
    await platform.kms('EnableKey', { KeyId: drillKey });
    const ended = await inStage(drill.id, 'ended');

    expect(ended).toMatchObject({
      ...{ outcome: 'passed', parity: { isSame: true } },
      findings: { isEventSeen: true, refusedCall: null, contacts: { reachable: 1, bounced: [bouncing] } },
      fixes: [{ text: expect.stringContaining(`Mails to ${bouncing} bounce.`) }],
    });
    expect(ended.noticed?.lagSeconds).toBeLessThan(65);
    expect(await world()).toEqual(before);
    const mails = await until('the contact is notified of the restore', async () => {
      const sent = (await platform.mails()).filter(({ subject }) => !/confirm|cannot be reached/.test(subject));
      return sent.some(({ subject }) => /restored/.test(subject)) && sent;
    });
    expect([...new Set(mails.flatMap(({ destination }) => destination.to))]).toEqual(['oncall@example.com']);
    expect(mails.every(({ subject }) => subject.startsWith('[drill] '))).toBe(true);
    expect(mails.filter(({ subject }) => subject.includes('please'))).toHaveLength(2);
    expect((await platform.kms('ListGrants', { KeyId: drillKey })).Grants).toEqual([]);

    const { publicKey, signed } = await signedReport(ended.id);
    expect(signed.statement).toMatchObject({
      phases: ended.phases,
      drill: { drillKey: { arn: drillKey }, noticed: ended.noticed, opening: ended.opening },
    });
    expect(verifyEvidence(JSON.stringify(signed), { publicKey })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Verified: A real drill .* passed\./),
    });
  });
});

describe("a real drill under a policy that keeps the key's owner from disabling it", () => {
  it('names the policy in its report', async () => {
    const { body } = await platform.ask<{ Statement: object[] }>(`GET /v1/key-policy?account=${customerAccount}`);
    const guard = {
      ...{ Sid: 'Guard', Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*' },
      Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } },
    };
    const Policy = JSON.stringify({ ...body, Statement: [...body.Statement, guard] });
    const drillKey = await platform.keyOfCustomer({ Policy });
    const drill = await start({ mode: 'real', drillKey });
    await inStage(drill.id, 'awaiting_disable');

    await expect(platform.kms('DisableKey', { KeyId: drillKey })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await until('the refused call is recorded', async () =>
      (await platform.entries()).some(({ type, data }) => type === 'KeyEventIgnored' && data.arn === drillKey),
    );
    await platform.ask(`POST /v1/drills/${drill.id}/abort`);
    const ended = await inStage(drill.id, 'ended');

    expect(ended.findings).toMatchObject({ isEventSeen: null, refusedCall: { call: 'DisableKey' } });
    expect(ended.fixes).toContainEqual({
      text: expect.stringMatching(/^KMS refused DisableKey of the drill key to arn:.*TrailingDaysWithoutKeyUsage/),
      command: `aws kms get-key-policy --key-id ${drillKey} --region us-east-1 --policy-name default`,
    });
  });
});

describe('a request for a drill', () => {
  it('says what it would occupy, without starting it', async () => {
    const response = await platform.ask(`POST /v1/keys/${keyId}/drills/estimate`, { body: { mode: 'simulated' } });

    expect(response).toMatchObject({
      status: 200,
      body: { database: { name: 'orders-db' }, cost: { instanceType: 'r7g.large', snapshots: 0 } },
    });
  });

  it.each([
    ['an unknown mode', { mode: 'pretend' }, 'invalid_request'],
    ['an unknown database', { mode: 'simulated', database: 'none' }, 'not_found'],
    ['a real mode without a drill key', { mode: 'real' }, 'invalid_request'],
    ['a waiting period of a day', { mode: 'simulated', waitingPeriodMinutes: 1440 }, 'invalid_request'],
    ['an unknown member', { mode: 'simulated', force: true }, 'invalid_request'],
  ] as const)('with %s is refused', async (_, body, code) => {
    const before = (await platform.ask<{ items: unknown[] }>('GET /v1/drills')).body.items.length;

    expect(await platform.ask(`POST /v1/keys/${keyId}/drills`, { body })).toBeProblem(code);
    expect((await platform.ask<{ items: unknown[] }>('GET /v1/drills')).body.items).toHaveLength(before);
  });
});
