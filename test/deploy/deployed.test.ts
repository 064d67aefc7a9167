/** The packaged deployment on independent emulators, from the first team to a lockout. */
import { DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DrillReportView } from '#lib/contracts/drills.ts';
import { mailTags } from '#lib/model/mail-trouble.ts';
import type { Infer } from '#lib/model/schema.ts';
import { customerAccount } from '#local/accounts.ts';
import { machineNames } from '#statemachines/definitions.ts';
import {
  functionNames,
  matchesSample,
  operatorsInbox,
  patternRules,
  putSample,
  ranIn,
  requestsOfGroups,
  samples,
  subscribeOperators,
} from './coverage.ts';
import { clientOf, type Deployment, deploy, stage } from './deployment.ts';
import { invoke } from './lambda-api.ts';
import { type Backup, stateOf } from './state.ts';
import { until } from './until.ts';

jest.setTimeout(300_000);

const admin = 'admin@example.com';
const security = 'security@example.com';
type Report = Infer<typeof DrillReportView>;

let deployed: Deployment;
let keyArn: string;
let keyId: string;
let token: string;
let revoked: string;

beforeAll(async () => {
  deployed = await deploy(60);
  // As an operator does once: SES sends from verified addresses only.
  const ses = new SESClient(clientOf(deployed.aws.url));
  for (const EmailAddress of ['latchkey@example.com', admin, security])
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress }));
});
afterAll(() => deployed?.close());

const ask: Deployment['ask'] = (line, more = {}) => deployed.ask(line, { token, ...more });

const { database, backups, lockout, itemsOf, entry, instanceStates, mailed, news } = stateOf(() => deployed, ask);

/** The report of a drill, once it has ended. */
async function endOf(drill: unknown): Promise<Report> {
  const report = async () => (await ask<Report>(`GET /v1/drills/${drill}`)).body;
  await until('the drill ends', async () => (await report()).stage === 'ended');
  return report();
}

/** Invokes a function with an event of EventBridge, as a rule does. */
async function deliver(name: string, event: object): Promise<void> {
  const common = { id: 'e1', account: '210987654321', time: '2026-03-01T12:00:00Z', resources: [], detail: {} };
  const { error, log } = await invoke(deployed.lambda, `latchkey-${stage}-${name}`, { ...common, ...event });
  if (error) throw new Error(`${name} failed: ${log}`);
}

describe('a deployment, as packaged', () => {
  it('responds without a token where none is needed, and refuses where one is', async () => {
    expect((await deployed.ask('GET /v1/health')).status).toBe(200);
    expect((await deployed.ask('GET /v1/openapi.json')).status).toBe(200);
    expect((await deployed.ask('GET /v1/databases')).status).toBe(401);
    expect((await deployed.ask('GET /v1/databases', { token: 'latchkey_wrong' })).status).toBe(401);
  });

  it('gets its first team from its operator, once', async () => {
    const args = ['--stage', stage, '--team', 'acme', '--email', admin];
    token = await deployed.operate('scripts/deploy/first-team.ts', ...args);

    expect((await ask('GET /v1/tokens')).body).toMatchObject({
      items: [{ name: 'first operator', scopes: ['read', 'write', 'admin'] }],
    });
    await expect(deployed.operate('scripts/deploy/first-team.ts', ...args)).rejects.toThrow(
      'There is a team acme already',
    );
  });

  it('provisions a database on a registered key, on volumes under that key', async () => {
    const { body: policy } = await ask(`GET /v1/key-policy?account=${customerAccount}`);
    const { KeyMetadata } = await deployed.kms('CreateKey', { Policy: JSON.stringify(policy) });
    keyArn = (KeyMetadata as { Arn: string }).Arn;
    const space = await ask('POST /v1/spaces', { body: { name: 'acme-private', tier: 'private' } });
    expect(space.status).toBe(201);
    await deployed.useNetworks([String(space.body.id)]);
    const app = { name: 'shop', space: 'acme-private', admins: [admin] };
    expect((await ask('POST /v1/apps', { body: app })).status).toBe(201);
    const key = await ask('POST /v1/keys', { body: { arn: keyArn } });
    expect([key.status, key.body]).toEqual([201, expect.objectContaining({ status: 'usable' })]);
    keyId = String(key.body.id);
    const made = await ask('POST /v1/databases', {
      body: { name: 'cart', plan: 'private-7', app: 'shop', encryptionKey: keyArn },
    });
    expect(made.status).toBe(202);

    await until('the database serves', async () => {
      const now = await database();
      if (now.status === 'failed') throw new Error(JSON.stringify(now));
      return now.status === 'available';
    });

    const { Volumes = [] } = await deployed.ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes.map(({ Encrypted, KmsKeyId }) => [Encrypted, KmsKeyId])).toEqual([
      [true, keyArn],
      [true, keyArn],
    ]);
    const vars = (await ask('GET /v1/apps/shop/config-vars')).body;
    expect(JSON.stringify(vars)).toContain('rediss://');
  });

  it('caches the authorizer’s result, so that a token that was just revoked is still accepted', async () => {
    const made = await ask('POST /v1/tokens', { body: { name: 'short-lived', scopes: ['read'] } });
    revoked = String(made.body.token);

    expect((await ask('GET /v1/plans', { token: revoked })).status).toBe(200);

    await ask(`DELETE /v1/tokens/${made.body.id}`);
    expect((await ask('GET /v1/plans', { token: revoked })).status).toBe(200);
  });

  it('locks the database out on the event that its key is disabled, and notifies the admin by mail', async () => {
    await deployed.kms('DisableKey', { KeyId: keyArn });
    const keyEvent = news('DisableKey');
    expect(await deployed.events.isTaken(keyEvent)).toBe(true);
    expect(await deployed.events.isTaken({ ...keyEvent, source: 'aws.ec2' })).toBe(false);
    await deployed.events.forward(keyEvent);

    await until('everything is stopped', async () => (await lockout())?.state === 'stopped');
    expect((await database()).status).toBe('stopped');
    expect(await instanceStates()).toEqual(['stopped']);
    expect(await entry('LockoutOpened')).toMatchObject({
      actor: { kind: 'aws_principal', id: keyEvent.detail.userIdentity.arn },
    });
    await until(
      'the mails',
      async () => (await mailed(admin, /will stop/i, 'cart')) && (await mailed(admin, /stopped/i, 'cart')),
    );
  });

  it('brings it back when the schedule finds the key enabled', async () => {
    await deployed.kms('EnableKey', { KeyId: keyArn });
    await until('everything is back', async () => (await lockout())?.state === 'restored');

    expect((await database()).status).toBe('available');
    expect(await instanceStates()).toEqual(['running']);

    await until('the mail', () => mailed(admin, /restored/i, 'cart'));
  });

  it('rehearses a lockout with a fork, which is gone afterwards', async () => {
    const started = await ask(`POST /v1/keys/${keyId}/drills`, { body: { mode: 'simulated' } });
    expect(started.status).toBe(202);

    expect(await endOf(started.body.id)).toMatchObject({ outcome: 'passed', failure: null, parity: { isSame: true } });
    expect((await itemsOf('/v1/databases')).map(({ name }) => name)).toEqual(['cart']);
    expect(await instanceStates()).toEqual(['running']);
  });

  it('aborts a drill, and removes its fork', async () => {
    const started = await ask(`POST /v1/keys/${keyId}/drills`, { body: { mode: 'simulated' } });
    expect((await ask(`POST /v1/drills/${started.body.id}/abort`)).status).toBe(202);

    expect(await endOf(started.body.id)).toMatchObject({ outcome: 'aborted' });
    expect(await instanceStates()).toEqual(['running']);
  });

  it('attempts a webhook’s delivery with the decrypted secret, and records that there is no such host', async () => {
    const made = await ask('POST /v1/webhooks', { body: { url: 'https://hooks.invalid/latchkey' } });
    expect(made.status).toBe(201);
    const path = `/v1/webhooks/${made.body.id}`;
    expect((await ask(`POST ${path}/pings`)).status).toBe(202);

    const ping = async () =>
      (await itemsOf(`${path}/deliveries`)).find(({ event }) => (event as { type: string }).type === 'WebhookPing');
    await until('the attempt', async () => ((await ping())?.attempts as unknown[] | undefined)?.length === 1);

    expect(await ping()).toMatchObject({ status: 'failed', attempts: [{ error: 'name_unresolved' }] });
    expect((await ask(`DELETE ${path}`)).status).toBe(204);
  });

  it('marks a contact whose mail bounces, and notifies the admin', async () => {
    expect((await ask(`POST /v1/keys/${keyId}/contacts`, { body: { email: security } })).status).toBe(201);
    const { body } = await ask<{ session: { team: { id: string } } }>('POST /v1/sessions', { body: { token } });

    await deliver('onMailBounced', {
      source: 'aws.ses',
      'detail-type': 'Email Bounced',
      detail: {
        mail: { tags: { [mailTags.team]: [body.session.team.id], [mailTags.key]: [keyId] } },
        bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: security }] },
      },
    });

    expect(await entry('RecipientBounced')).toMatchObject({ data: { email: security, reason: 'bounce' } });
    await until('the mail', () => mailed(admin, /cannot be reached/i, security));
  });

  it('judges a key’s readiness, and changes its settings', async () => {
    expect((await ask(`GET /v1/keys/${keyId}/readiness`)).body).toMatchObject({ verdict: expect.any(String) });
    const changed = await ask(`PATCH /v1/keys/${keyId}/settings`, { body: { strict: true } });
    expect([changed.status, changed.body]).toEqual([200, expect.objectContaining({ strict: true })]);
  });

  it('takes a backup, and the daily ones by its schedule', async () => {
    expect((await ask('POST /v1/databases/cart/backups')).status).toBe(202);

    await until('the backup is stored', async () => (await backups()).some(({ status }) => status === 'available'));
    await deliver('onBackupSchedule', {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2030-01-01T03:17:00Z',
    });

    const isDaily = ({ trigger, status }: Backup) => trigger === 'schedule' && status === 'available';
    await until('the daily backup is stored', async () => (await backups()).some(isDaily));
  });

  it('forks the database, promotes the fork, and destroys the old one', async () => {
    const fork = { name: 'basket', plan: 'private-7', app: 'shop', fork: 'cart', encryptionKey: keyArn };
    expect((await ask('POST /v1/databases', { body: fork })).status).toBe(202);

    await until('the fork has caught up', async () => (await database('basket')).fork?.caughtUp === true);
    expect((await ask('POST /v1/databases/basket/promotion', { body: { app: 'shop' } })).status).toBe(202);

    await until('the fork leads', async () => {
      const { status, fork: followed } = await database('basket');
      return status === 'available' && followed === null;
    });
    await until(
      'the promotion lets go of the old one',
      async () => (await ask('DELETE /v1/databases/cart?confirm=cart')).status === 202,
    );
    await until('the old one is gone', async () => (await ask('GET /v1/databases/cart')).status === 404);
  });

  it('ran every machine to a good end', async () => {
    await until(
      'the daily visits are over',
      async () => (await deployed.executions()).get('daily-backups')?.[0] !== 'RUNNING',
    );
    const machines = [...(await deployed.executions())];

    expect(machines.map(([name]) => name).sort()).toEqual([...machineNames].sort());
    expect(machines.filter(([, ends]) => !ends.includes('SUCCEEDED') || ends.includes('FAILED'))).toEqual([]);
  });

  it('serves a request of every group of routes', async () => {
    const responses = new Map<string, number>();
    for (const line of requestsOfGroups()) responses.set(line, (await ask(line)).status);

    expect(responses.size).toBeGreaterThan(10);
    expect([...responses].filter(([, status]) => status >= 500)).toEqual([]);
  });

  it('has a sample event of every rule, which its pattern matches', async () => {
    expect(Object.keys(samples).sort()).toEqual(patternRules().sort());
    const matching = await Promise.all(patternRules().map((id) => matchesSample(deployed, id)));

    expect(patternRules().filter((_, index) => !matching[index])).toEqual([]);
  });

  it('publishes to the operators what needs them', async () => {
    await subscribeOperators(deployed);
    for (const rule of ['UnknownChecksRule', 'TroubleRule']) {
      await putSample(deployed, rule);
      await until('the operators', async () =>
        (await operatorsInbox(deployed)).includes(samples[rule]?.type ?? 'a sample'),
      );
    }
  });

  it('ran every function: of every route group, machine, rule and schedule', async () => {
    const idle = () => {
      const ran = ranIn(deployed.dir);
      return functionNames().filter((name) => !ran.includes(name));
    };
    await until('the schedules', async () => idle().every((name) => !name.includes('-on')));

    expect(idle()).toEqual([]);
  });

  it('refuses the revoked token when its minute is over', async () => {
    await until('it is refused', async () => (await ask('GET /v1/plans', { token: revoked })).status === 401);
  });

  it('keeps a timeline that verifies', async () => {
    expect((await ask('GET /v1/timeline/verification')).body).toMatchObject({ intact: true });
  });
});
