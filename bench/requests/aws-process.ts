/**
 * The AWS stand-ins of the embedded cloud behind their one endpoint, in a process of their own: what is measured then
 * shares no event loop with them. It ends when its parent is gone. Does not: run functions; what would call one is
 * answered null.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noFaults } from 'aws-local/faults';
import { accessKey, callerOf, platformAccount, region } from '#local/accounts.ts';
import { createClosers } from '#local/closers.ts';
import { deployAliases, deployKeys, deployTables } from '#local/deploy.ts';
import { openReactors, openStores } from '#local/emulators.ts';
import { functionSettings } from '#local/environment.ts';
import { createPrincipals } from '#local/principals.ts';
import { plainSetting } from '#local/stack/functions.ts';
import { stackOf } from '#local/stack/stack.ts';
import { parseTemplate } from '#local/stack/template.ts';
import { localTemplate } from '../../scripts/deploy/local-template.ts';

const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const closers = createClosers();

async function open(): Promise<Record<string, string>> {
  const template = parseTemplate(await localTemplate());
  const verified = [plainSetting(template, 'MAIL_FROM')];
  const stores = await openStores({ dir, inboxPort: 0, verified, closers, keySpeed: 1, emit: () => undefined });
  const place = {
    stackName: 'latchkey-local',
    accountId: platformAccount,
    region,
    apiUrl: 'http://127.0.0.1',
    keyIds: {},
  };
  const keyIds = await deployKeys(stores.kms, template, { place, file: join(dir, 'keys.json') });
  const stack = stackOf(template, { ...place, keyIds });
  const { aws } = await openReactors({
    ...{ dir, awsPort: 0, speed: 1, stack, stores, closers, faults: noFaults },
    principals: createPrincipals(stack),
    assertInvocable: () => undefined,
    invoke: async () => null,
  });
  await deployTables(stores.dynamodb, stack.tables);
  await deployAliases(stores.kms, stack.aliases);
  for (const bucket of stack.buckets) await stores.s3.createBucket(bucket, callerOf(accessKey(platformAccount)));
  const folders = { dir, fleetDir: join(dir, 'servers'), memoryDir: join(dir, 'memory') };
  return stack.environment(
    functionSettings({ ...folders, awsUrl: aws.url, apiUrl: place.apiUrl, firstDatabasePort: 1 }),
  );
}

async function close(): Promise<void> {
  await closers.closeAll();
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
}

process.once('disconnect', () => void close());
open().then(
  (environment) => process.send?.({ environment }),
  (error: unknown) => process.send?.({ failure: String(error) }),
);
