import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJournal, startJournal } from '../../../src/journal.ts';
import { type Answer, aBench, type Bench, base64, dataPlane, owner, platform } from './fixture.ts';

describe('a journal', () => {
  let path: string;
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'shop-journal-'));
    path = join(dir, 'j.jsonl');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is empty before it is there', () => {
    expect(readJournal(path)).toEqual([]);
  });

  it('gives back what it was given, cut at any byte of the last line', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), fc.nat(), (entries, cut) => {
        rmSync(path, { force: true });
        const journal = startJournal<unknown>(path, []);
        for (const entry of entries) journal.append(entry);
        journal.close();
        const text = readFileSync(path);
        const lastLine = text.length - (text.subarray(0, -1).lastIndexOf('\n') + 1);
        truncateSync(path, text.length - 1 - (cut % lastLine));
        expect(readJournal(path)).toEqual(JSON.parse(JSON.stringify(entries.slice(0, -1))));
      }),
    );
  });

  it('continues after an unfinished line', () => {
    startJournal(path, ['a']).close();
    appendFileSync(path, '"torn');
    const journal = startJournal(path, readJournal(path));
    journal.append('b');
    journal.close();
    expect(readJournal(path)).toEqual(['a', 'b']);
  });

  it('does not pass over damage further up', () => {
    writeFileSync(path, '"a"\n"b\n"c"\n');
    expect(() => readJournal(path)).toThrow(`The journal ${path} is damaged at line 2.`);
  });
});

describe('KMS after a kill', () => {
  let bench: Bench;
  let KeyId: string;
  beforeEach(async () => {
    bench = await aBench();
    KeyId = await bench.key({ Description: 'mine', Tags: [{ TagKey: 'team', TagValue: 'acme' }] });
  });
  afterEach(() => bench.close());

  const journalPath = () => join(bench.dir, 'kms.jsonl');
  const stateOf = async (one: Bench) =>
    ((await one.as(owner)('DescribeKey', { KeyId })).KeyMetadata as Answer).KeyState;

  it('has all acknowledged changes: keys, data, aliases, tags, grants, rotation and policy', async () => {
    const call = bench.as(owner);
    const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('secret') });
    await call('RotateKeyOnDemand', { KeyId });
    await call('EnableKeyRotation', { KeyId });
    await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: KeyId });
    await call('CreateGrant', {
      KeyId,
      GranteePrincipal: dataPlane.arn,
      RetiringPrincipal: platform.arn,
      Operations: ['Decrypt'],
    });
    const questions: [string, object][] = [
      ['DescribeKey', { KeyId: 'alias/redis' }],
      ['GetKeyPolicy', { KeyId }],
      ['ListResourceTags', { KeyId }],
      ['ListAliases', {}],
      ['ListGrants', { KeyId }],
      ['GetKeyRotationStatus', { KeyId }],
      ['Decrypt', { CiphertextBlob }],
    ];
    const ask = async (one: Bench) =>
      Promise.all(questions.map(([operation, input]) => one.as(owner)(operation, { ...input })));
    const before = await ask(bench);
    const after = await bench.reopened();
    expect(await ask(after)).toEqual(before);
    expect(await after.as(dataPlane)('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
    await after.kms.close();
  });

  it('drops a change whose line was torn, and keeps the one before', async () => {
    await bench.as(owner)('DisableKey', { KeyId });
    await bench.as(owner)('EnableKey', { KeyId });
    truncateSync(journalPath(), statSync(journalPath()).size - 5);
    const after = await bench.reopened();
    expect(await stateOf(after)).toBe('Disabled');
    await after.as(owner)('EnableKey', { KeyId });
    const again = await bench.reopened();
    expect(await stateOf(again)).toBe('Enabled');
    await after.kms.close();
    await again.kms.close();
  });

  it('keeps one line per record, however many changes there were', async () => {
    for (let count = 0; count < 20; count++) await bench.as(owner)(count % 2 ? 'EnableKey' : 'DisableKey', { KeyId });
    const lines = () => readFileSync(journalPath(), 'utf8').trim().split('\n').length;
    expect(lines()).toBe(21);
    await (await bench.reopened()).kms.close();
    expect(lines()).toBe(1);
  });

  it('gives new records later numbers than the old ones, so that pages stay in order', async () => {
    await bench.key();
    const after = await bench.reopened();
    const third = await after.key();
    const { Keys } = await after.as(owner)('ListKeys');
    expect((Keys as Answer[]).map(({ KeyArn }) => KeyArn)).toEqual([KeyId, expect.any(String), third]);
    await after.kms.close();
  });

  it('removes material that no key has', async () => {
    const stray = join(bench.dir, 'material', '99999999-2222-3333-4444-555555555555.json');
    writeFileSync(stray, '{}');
    await (await bench.reopened()).kms.close();
    expect(readdirSync(join(bench.dir, 'material'))).toEqual([`${KeyId.split('/')[1]}.json`]);
  });
});

describe('key material', () => {
  it('is readable by the owner of the process only, is not in the journal, and is deleted with the key', async () => {
    const bench = await aBench();
    const KeyId = await bench.key();
    await bench.as(owner)('RotateKeyOnDemand', { KeyId });
    const path = join(bench.dir, 'material', `${KeyId.split('/')[1]}.json`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.dir, 'kms.jsonl')).mode & 0o777).toBe(0o600);
    const journal = readFileSync(join(bench.dir, 'kms.jsonl'), 'utf8');
    const materials = Object.values(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>);
    expect(materials).toHaveLength(2);
    for (const material of materials) expect(journal).not.toContain(material);

    await bench.as(owner)('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    bench.passDays(8);
    await expect(bench.as(owner)('DescribeKey', { KeyId })).rejects.toMatchObject({ code: 'NotFoundException' });
    expect(readdirSync(join(bench.dir, 'material'))).toEqual([]);
    await bench.close();
  });

  it('that can not be written makes no key', async () => {
    const bench = await aBench();
    rmSync(join(bench.dir, 'material'), { recursive: true });
    writeFileSync(join(bench.dir, 'material'), 'in the way');
    await expect(bench.key()).rejects.toThrow();
    expect(await bench.as(owner)('ListKeys')).toEqual({ Keys: [], Truncated: false });
    await bench.close();
  });
});
