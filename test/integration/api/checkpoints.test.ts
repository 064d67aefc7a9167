/**
 * The daily checkpoint of the nightly schedule: signed by the evidence key, stored outside the table, and evidence
 * against a rewritten timeline.
 */
import { createPublicKey, verify } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { canonicalJson, type Entry } from '#lib/model/entry.ts';
import { timelinePartition } from '#lib/model/items/timeline.ts';
import { deployedTable } from '#lib/store/table.ts';
import type { TimelineCheck } from '#lib/timeline/check.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const verification = async (query = '') =>
  (await platform.ask<TimelineCheck>(`GET /v1/timeline/verification${query}`)).body;
const night = () => platform.scheduled('onBackupSchedule', new Date('2030-01-01T03:17:00Z'));

it('signs the chain’s end, and detects a chain that was truncated together with its head', async () => {
  expect(await verification()).toMatchObject({ intact: true, complete: true, checkpoint: null });
  await night();
  const { checkpoint, entries, head, intact } = await verification();
  expect(intact).toBe(true);
  expect(checkpoint?.statement).toMatchObject({ team: platform.teamId, seq: entries, hash: head, previous: null });
  const signedText = Buffer.from(canonicalJson(checkpoint?.statement));
  const { publicKey } = await evidenceSigner().signer();
  expect(
    verify('sha256', signedText, createPublicKey(publicKey), Buffer.from(checkpoint?.signature ?? '', 'base64')),
  ).toBe(true);

  await platform.ask('POST /v1/apps', { body: { name: 'after-the-night', admins: ['admin@example.com'] } });
  await night();
  const second = await verification(`?from=${entries}-${head}`);
  expect(second).toMatchObject({ intact: true, after: entries, entries: entries + 1 });
  expect(second.checkpoint?.statement).toMatchObject({ seq: entries + 1, previous: { seq: entries, hash: head } });

  const pk = timelinePartition(platform.teamId);
  const kept: Entry[] = (await platform.entries()).filter(({ seq }) => seq === entries - 1);
  for (const seq of [entries, entries + 1])
    await deployedTable.documents.send(
      new DeleteCommand({ TableName: deployedTable.name, Key: { pk, sk: `ENTRY#${String(seq).padStart(12, '0')}` } }),
    );
  const Item = { pk, sk: 'HEAD', seq: entries - 1, hash: kept[0]?.hash, listed: true };
  await deployedTable.documents.send(new PutCommand({ TableName: deployedTable.name, Item }));
  expect(await verification()).toMatchObject({ intact: false, firstBad: { seq: entries + 1, reason: 'missing' } });
  await night();
  expect(platform.logged.some((line) => line.includes('"message":"A timeline is not intact"'))).toBe(true);
});
