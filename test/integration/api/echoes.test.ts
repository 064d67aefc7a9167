/**
 * Delivery proofs of a key's events, and the check schedule that follows. The test sends the sweep's events itself,
 * since the schedule sends one a minute.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeliveryProofs, withReads } from '#lib/model/delivery-proof.ts';
import { ownerRow } from '#lib/model/items/keys.ts';
import { deliveryProofStore } from '#lib/store/delivery-proofs.ts';
import { customerAccount } from '#local/accounts.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
let table: DynamoDBDocumentClient;
beforeAll(async () => {
  platform = await aPlatform({ speed: 1 });
  table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
});
afterAll(async () => {
  table.destroy();
  await platform.close();
});

interface KeyResponse {
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly events: { readonly provenSince: string | null };
}
const TableName = () => process.env.TABLE_NAME;
const echoesOf = async (arn: string): Promise<DeliveryProofs> =>
  (await table.send(new GetCommand({ TableName: TableName(), Key: ownerRow(arn) }))).Item as DeliveryProofs;
const keyOf = async (id: string) => (await platform.ask<KeyResponse>(`GET /v1/keys/${id}`)).body;

/** EnableRule would exclude reads. */
const forwarding = (isOn: boolean) => {
  const rule = { Name: 'latchkey-key-events', EventPattern: JSON.stringify({ source: ['aws.kms'] }) };
  const State = isOn ? withReads : 'DISABLED';
  return platform.awsOfCustomer(platform.cloud.events, 'PutRule', { ...rule, State });
};

async function aKey(): Promise<KeyResponse> {
  const arn = await platform.keyOfCustomer();
  return (await platform.ask<KeyResponse>('POST /v1/keys', { body: { arn } })).body;
}
const check = (id: string) => platform.ask(`POST /v1/keys/${id}/checks`);
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
async function set(Key: { pk: string; sk: string }, attribute: string, time: string): Promise<void> {
  const names = attribute.split('.').map((name) => [`#${name}`, name] as const);
  await table.send(
    new UpdateCommand({
      ...{ TableName: TableName(), Key, UpdateExpression: `SET ${names.map(([name]) => name).join('.')} = :time` },
      ExpressionAttributeNames: Object.fromEntries(names),
      ExpressionAttributeValues: { ':time': time },
    }),
  );
}
const longUnchanged = ({ id }: KeyResponse) =>
  set({ pk: `TEAM#${platform.teamId}`, sk: `KEY#${id}` }, 'check.at', ago(60));
const proven = (arn: string) => until('its echo arrives', async () => (await echoesOf(arn)).provenAt);

/** Sweeps this many minutes, one after the other, and returns the minutes in which the key was found unusable. */
async function minutesUntilNoticed({ id }: KeyResponse, minutes: number): Promise<number | null> {
  const first = Math.floor(Date.now() / 60_000);
  for (let minute = 0; minute < minutes; minute++) {
    await sweepAt((first + minute) * 60_000);
    if ((await keyOf(id)).status === 'unusable') return minute + 1;
  }
  return null;
}
const sweepAt = (millis: number) => platform.scheduled('onSweep', new Date(millis));

/** A forged event of the customer's account. */
const tell = (record: object) =>
  platform.cloud.invoke('latchkey-local-onKeyChanged', {
    ...{ id: 'made-up', source: 'aws.kms', 'detail-type': 'AWS API Call via CloudTrail', account: customerAccount },
    ...{ time: ago(1), resources: [], detail: { eventSource: 'kms.amazonaws.com', ...record } },
  });

/** Requests to decrypt the key's canary in this many minutes of sweeps; a full check has one too. */
async function looksIn(minutes: number, { arn }: KeyResponse): Promise<number> {
  const { kms } = platform.cloud;
  const call = kms.call.bind(kms);
  let times = 0;
  kms.call = (each) => {
    if (each.operation === 'Decrypt' && each.input.KeyId === arn) times += 1;
    return call(each);
  };
  const first = Math.floor(Date.now() / 60_000);
  for (let minute = 0; minute < minutes; minute++) await sweepAt((first + minute) * 60_000);
  kms.call = call;
  return times;
}

describe('a key whose account forwards its events', () => {
  it('has proven events after the delivery proof of a full check, and the timeline says so', async () => {
    const key = await aKey();
    expect(key.events).toEqual({ provenSince: null });

    await check(key.id);
    await proven(key.arn);

    await sweepAt(Date.now());

    expect((await keyOf(key.id)).events.provenSince).not.toBeNull();

    const entries = (await platform.entries()).filter(
      ({ type, subject }) => type === 'KeyEventsProven' && subject.keyId === key.id,
    );
    expect(entries).toHaveLength(1);
  });

  it('is found unusable by the sweep within five minutes if the event is lost', async () => {
    const key = await aKey();
    await check(key.id);
    await proven(key.arn);
    await longUnchanged(key);
    await forwarding(false);
    await platform.kms('DisableKey', { KeyId: key.arn });
    const minutes = await minutesUntilNoticed(key, 5);

    await forwarding(true);

    expect(minutes).not.toBeNull();
    expect(
      (await platform.entries()).some(
        ({ type, actor, subject }) =>
          type === 'KeyBecameUnusable' && actor.kind === 'sweep' && subject.keyId === key.id,
      ),
    ).toBe(true);
  });

  it('is checked twice in ten minutes while no event is lost', async () => {
    const key = await aKey();
    await check(key.id);
    await proven(key.arn);

    await longUnchanged(key);

    // The schedule's own event may coincide with it.
    expect([2, 3]).toContain(await looksIn(10, key));
  });
});

describe('a key whose event arrives before KMS applies the change', () => {
  it('is checked each minute for a while, although it was found usable', async () => {
    const key = await aKey();
    await check(key.id);
    await proven(key.arn);
    await longUnchanged(key);
    await forwarding(false);

    await tell({ eventName: 'DisableKey', resources: [{ ARN: key.arn }] });

    expect((await keyOf(key.id)).status).toBe('usable');

    await platform.kms('DisableKey', { KeyId: key.arn });
    expect(await minutesUntilNoticed(key, 1)).toBe(1);

    await forwarding(true);
  });
});

describe('a key whose account stopped forwarding', () => {
  it('is checked each minute again after a missing delivery proof, and the timeline says so', async () => {
    const key = await aKey();
    await check(key.id);
    await proven(key.arn);
    await longUnchanged(key);
    await sweepAt(Date.now());
    await forwarding(false);
    await check(key.id);

    await longUnchanged(key);

    expect(await echoesOf(key.arn)).toMatchObject({ awaitedRequest: expect.any(String) });

    await set(ownerRow(key.arn), 'awaitedSince', ago(16));
    await platform.kms('DisableKey', { KeyId: key.arn });

    expect(await minutesUntilNoticed(key, 1)).toBe(1);

    await forwarding(true);
    expect(await echoesOf(key.arn)).not.toHaveProperty('provenAt');
  });
});

describe('a forged delivery proof', () => {
  it('proves nothing: its sender does not know the expected request id', async () => {
    await forwarding(false);
    const key = await aKey();
    await check(key.id);
    const forged = (requestID: string) =>
      tell({ eventName: 'GetKeyRotationStatus', requestID, resources: [{ ARN: key.arn }] });

    await forged('made-up');

    expect(await echoesOf(key.arn)).not.toHaveProperty('provenAt');

    const { awaitedRequest = '', awaitedSince } = await echoesOf(key.arn);
    await forged(awaitedRequest);

    await forged(awaitedRequest);

    expect(await echoesOf(key.arn)).toMatchObject({ provenAt: awaitedSince });

    await forwarding(true);
  });

  it('is ignored when it is late', async () => {
    await forwarding(false);
    const key = await aKey();
    await check(key.id);
    const { awaitedRequest = '' } = await echoesOf(key.arn);

    expect(await deliveryProofStore().proofMissed(key.arn, awaitedRequest)).toBe(true);
    expect(await deliveryProofStore().proofArrived(key.arn, awaitedRequest, new Date())).toBe(false);
    expect(await echoesOf(key.arn)).not.toHaveProperty('provenAt');

    await forwarding(true);
  });
});
