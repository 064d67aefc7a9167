/**
 * Brings the stack's resources into the emulators, as a deployment would: KMS keys, whose ids are remembered, and
 * tables.
 * Does not: change or remove what is there already; a new table definition wants a new state folder.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { AwsError, type ServiceEmulator } from 'aws-local/protocol';
import { accessKey, callerOf, platformAccount, region } from './accounts.ts';
import type { Place } from './stack/physicals.ts';
import type { DeclaredKey, Table } from './stack/resources.ts';
import { declaredKeys } from './stack/stack.ts';
import type { Template } from './stack/template.ts';

const asPlatform = (emulator: ServiceEmulator, operation: string, input: Record<string, unknown>) =>
  emulator.call({
    operation,
    input,
    caller: callerOf(accessKey(platformAccount)),
    region,
    requestId: `deploy-${operation}`,
  });

/**
 * Ids of the template's KMS keys by logical id; creates those that `file` does not know yet, and remembers them there.
 */
export async function deployKeys(
  kms: ServiceEmulator,
  template: Template,
  { place, file }: { place: Place; file: string },
): Promise<Record<string, string>> {
  const ids: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  for (const { logicalId, create, tags, rotates } of declaredKeys(template, place)) {
    const known = ids[logicalId];
    const keyId = known ?? (await createKey(kms, { create, rotates }));
    // Policies of roles depend on tags, which a key of an older state folder may lack.
    if (tags.length > 0) await asPlatform(kms, 'TagResource', { KeyId: keyId, Tags: tags });
    if (known) continue;
    ids[logicalId] = keyId;
    writeFileSync(file, JSON.stringify(ids));
  }
  return ids;
}

async function createKey(
  kms: ServiceEmulator,
  { create, rotates }: Pick<DeclaredKey, 'create' | 'rotates'>,
): Promise<string> {
  const { KeyMetadata } = (await asPlatform(kms, 'CreateKey', create)) as { KeyMetadata: { KeyId: string } };
  if (rotates) await asPlatform(kms, 'EnableKeyRotation', { KeyId: KeyMetadata.KeyId });
  return KeyMetadata.KeyId;
}

/** Creates the aliases that are not there; one that is there keeps its key. */
export async function deployAliases(kms: ServiceEmulator, aliases: readonly Record<string, unknown>[]): Promise<void> {
  for (const alias of aliases) await createdOrThere(asPlatform(kms, 'CreateAlias', alias), 'AlreadyExistsException');
}

/** Creates the tables that are not there, and waits until each is `ACTIVE`. */
export async function deployTables(dynamodb: ServiceEmulator, tables: readonly Table[]): Promise<void> {
  await Promise.all(tables.map((table) => deployTable(dynamodb, table)));
}

async function deployTable(dynamodb: ServiceEmulator, { create, timeToLive }: Table): Promise<void> {
  const isNew = await createdOrThere(asPlatform(dynamodb, 'CreateTable', create), 'ResourceInUseException');
  if (!isNew) return;
  while (!(await isActive(dynamodb, create.TableName))) await setTimeout(5);
  if (timeToLive) await asPlatform(dynamodb, 'UpdateTimeToLive', timeToLive);
}

async function isActive(dynamodb: ServiceEmulator, TableName: unknown): Promise<boolean> {
  const { Table } = (await asPlatform(dynamodb, 'DescribeTable', { TableName })) as { Table: { TableStatus: string } };
  return Table.TableStatus === 'ACTIVE';
}

/** Whether it was created; `false` where the error says that it is there already. */
async function createdOrThere(creating: Promise<unknown>, code: string): Promise<boolean> {
  try {
    await creating;
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return false;
    throw error;
  }
}
