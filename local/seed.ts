/**
 * What a first start puts into an empty cloud: team `acme` with two tokens, a private space, two apps, and in the
 * customer's account the rule that forwards key events to the platform. A later start finds it all there; the tokens
 * are kept beside the state, readable by its owner.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { createApp, createSpace } from '#lib/apps/create.ts';
import { now } from '#lib/model/clock.ts';
import { withReads } from '#lib/model/delivery-proof.ts';
import type { Actor } from '#lib/model/entry.ts';
import { newId } from '#lib/model/ids.ts';
import { scopes, secretHash } from '#lib/model/team.ts';
import { appStore } from '#lib/store/apps.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { teamStore } from '#lib/store/teams.ts';
import { mailDomainsOfNew } from '#lib/teams/mail-domains.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';
import { accessKey, customerAccount, region } from './accounts.ts';
import type { Cloud } from './cloud.ts';

export interface Tokens {
  readonly teamToken: string;
  readonly adminToken: string;
}

const actor: Actor = { kind: 'operator', id: 'first-start' };

export async function seed(cloud: Cloud): Promise<Tokens> {
  const file = join(cloud.dir, 'tokens.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tokens) : null;
  const known = kept && (await teamStore().tokenByHash(secretHash(kept.teamToken)));
  if (kept && known) {
    await withMailDomains(known.teamId);
    return kept;
  }
  const tokens = await seedTeam();
  await forwardKeyEvents(cloud);
  writeFileSync(file, `${JSON.stringify(tokens)}\n`, { mode: 0o600 });
  return tokens;
}

/** Of a team from before there were any. */
async function withMailDomains(teamId: string): Promise<void> {
  if (await recipientReader().mailDomainsOf(teamId)) return;
  await committer().commit({ teamId, at: now(), changes: mailDomainsOfNew(teamId, 'admin@example.com') });
}

/** Again after a start that was cut short: what is there already stays. */
async function seedTeam(): Promise<Tokens> {
  const deps = { ...committer(), ...appStore(), newId, now };
  const known = await teamStore().teamNamed('acme');
  const team = known ?? { id: newId('team'), name: 'acme' };
  const issue = { team, operator: false, email: 'admin@example.com', actor };
  const own = await issueToken(deps, { ...issue, isNew: !known, name: 'team', scopes: ['read', 'write'] });
  const admin = await issueToken(deps, { ...issue, isNew: false, name: 'admin', scopes: [...scopes], operator: true });
  const teamId = team.id;
  const space =
    (await deps.findSpace(teamId, 'acme-private')) ??
    (await createSpace(deps)({ teamId, actor, name: 'acme-private', tier: 'private' }));
  for (const name of ['your-app-name', 'example-app']) {
    if (!(await deps.findApp(teamId, name)))
      await createApp(deps)({ teamId, actor, name, space: space.name, admins: ['admin@example.com'] });
  }
  return { teamToken: own.secret, adminToken: admin.secret };
}

/**
 * What the customer's own set-up does in their account: key events of the default bus, echoes of checks among them, go
 * to the platform's bus.
 */
async function forwardKeyEvents(cloud: Cloud): Promise<void> {
  const credentials = { accessKeyId: accessKey(customerAccount), secretAccessKey: 'customer' };
  const client = new EventBridgeClient({ endpoint: cloud.urls.aws, region, credentials });
  const Arn = `arn:aws:events:${region}:${cloud.accounts.platform}:event-bus/${cloud.environment.EVENT_BUS_NAME}`;
  const EventPattern = JSON.stringify({ source: ['aws.kms'] });
  await client.send(new PutRuleCommand({ Name: 'latchkey-key-events', EventPattern, State: withReads }));
  await client.send(new PutTargetsCommand({ Rule: 'latchkey-key-events', Targets: [{ Id: 'latchkey', Arn }] }));
  client.destroy();
}
