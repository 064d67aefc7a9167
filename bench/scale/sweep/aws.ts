/**
 * KMS and DynamoDB as far as a sweep over usable keys asks for them, over HTTP on loopback: each answer takes as long
 * as in a Region, and each request is counted. Does not: check signatures, keep anything, or know keys that are not
 * usable.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { keyCreated } from '#lib/model/items/keys.ts';
import type { ReadinessFacts } from '#lib/model/readiness/facts.ts';
import { readinessSinceOf } from '#lib/model/readiness/readiness.ts';
import { createMemoryTable } from '#simulation/memory-table.ts';
import { aKey, anId, teamId } from '#simulation/samples.ts';
import { arnOfKey } from '../seed-world.ts';

export interface SweptAws {
  readonly url: string;
  /** By operation, since the last `reset`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Requests to KMS in the fullest second. */
  fullestSecond(): number;
  reset(): void;
  close(): Promise<void>;
}

type Input = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, unknown>>;

/** Milliseconds of a call inside a Region. */
const answersAfter = 10;

/** `proven`: the events of all keys are known to arrive, since the first minute of the epoch. */
export async function sweptAws(keys: number, proven?: 'proven'): Promise<SweptAws> {
  const counts = new Map<string, number>();
  const seconds = new Map<number, number>();
  const operations = { ...kms, ...dynamodb(keys, proven ? { provenAt: new Date(0).toISOString() } : {}) };
  const server = createServer((request, response) => void respond(request, response));
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const input = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}') as Input;
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    const second = Math.floor(Date.now() / 1000);
    if (service === 'TrentService') seconds.set(second, (seconds.get(second) ?? 0) + 1);
    await sleep(answersAfter);
    const { status, body } = operations[operation]?.(input) ?? {
      status: 400,
      body: { __type: 'UnknownOperationException' },
    };
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'swept' })
      .end(JSON.stringify(body));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    fullestSecond: () => Math.max(0, ...seconds.values()),
    reset: () => {
      counts.clear();
      seconds.clear();
    },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

interface AwsResponse {
  readonly status: number;
  readonly body: unknown;
}
const ok = (body: unknown): AwsResponse => ({ status: 200, body });
const dryRun = (): AwsResponse => ({
  status: 400,
  body: { __type: 'DryRunOperationException', message: 'It would have worked.' },
});
const ciphertext = Buffer.alloc(168, 7).toString('base64');

const kms: Readonly<Record<string, (input: Input) => AwsResponse>> = {
  Decrypt: ({ KeyId }) => ok({ KeyId, Plaintext: 'bGF0Y2hrZXk=', EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }),
  DescribeKey: ({ KeyId }) =>
    ok({
      KeyMetadata: {
        KeyId,
        Arn: KeyId,
        KeyState: 'Enabled',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
      },
    }),
  Encrypt: ({ DryRun, EncryptionContext }) => {
    if (!DryRun) return ok({ CiphertextBlob: ciphertext });
    const isOwn = Object.values((EncryptionContext ?? {}) as Item).includes(teamId);
    return isOwn ? dryRun() : { status: 400, body: { __type: 'AccessDeniedException' } };
  },
  GenerateDataKey: dryRun,
  GenerateDataKeyWithoutPlaintext: ({ DryRun }) => (DryRun ? dryRun() : ok({ CiphertextBlob: ciphertext })),
  ReEncrypt: dryRun,
  CreateGrant: dryRun,
  RevokeGrant: () => ({ status: 400, body: { __type: 'NotFoundException' } }),
  GetKeyRotationStatus: () => ok({ KeyRotationEnabled: true }),
};

/** As full checks find them in this table, which has no database of a key. */
const facts: ReadinessFacts = {
  at: new Date(0).toISOString(),
  eventLagSeconds: [],
  recipients: { reachable: 0, unconfirmed: 0, bounced: 0 },
  backup: { newestAt: null, example: null },
  grants: { lost: 0, examples: [], checked: 0, unknown: 0 },
};

/** The two rows of a key; its event proof is on the owner's row. */
function rowsOfKey(n: number, echoes: DeliveryProofs) {
  const { check } = aKey();
  const swept = aKey({
    // As on EC2, where no check tries these two.
    check: { ...check, actions: { ...check.actions, CreateGrant: 'unknown', RevokeGrant: 'unknown' } },
    id: anId('key', n),
    arn: arnOfKey(n),
    canary: ciphertext,
    eventsProvenSince: echoes.provenAt ?? null,
    siblings: [],
    facts,
  });
  const key = { ...swept, readinessSince: readinessSinceOf(swept, new Date(facts.at)) };
  const rows = keyCreated(key).flatMap((change) => (change.kind === 'create' ? [change.row] : []));
  return rows.map((row) => (row.pk.startsWith('KEYS#') ? { ...row, ...echoes } : row));
}

/**
 * DynamoDB's protocol over the table in memory, which holds the keys' rows. Writes are counted, and change nothing.
 */
function dynamodb(keys: number, echoes: DeliveryProofs): Readonly<Record<string, (input: Input) => AwsResponse>> {
  const table = createMemoryTable();
  for (let n = 1; n <= keys; n++) for (const row of rowsOfKey(n, echoes)) table.execute('PutCommand', { Item: row });
  const itemAt = (key: Item) => {
    const { pk = '', sk = '' } = textsOf(key);
    const row = table.row(pk, sk);
    return row && asItem(row);
  };
  return {
    UpdateItem: () => ok({}),
    TransactWriteItems: () => ok({}),
    GetItem: ({ Key }) => ok({ Item: itemAt(Key as Item) }),
    BatchGetItem: ({ RequestItems }) => {
      const requests = Object.entries(RequestItems as Record<string, { Keys: Item[] }>);
      const found = requests.map(([name, { Keys }]) => [name, Keys.flatMap((key) => itemAt(key) ?? [])]);
      return ok({ Responses: Object.fromEntries(found), UnprocessedKeys: {} });
    },
    Query: (input) => {
      const { ExpressionAttributeValues, ExclusiveStartKey } = input as { [name: string]: Item };
      const { Items, LastEvaluatedKey } = table.execute('QueryCommand', {
        ...input,
        ExpressionAttributeValues: textsOf(ExpressionAttributeValues ?? {}),
        ...(ExclusiveStartKey ? { ExclusiveStartKey: textsOf(ExclusiveStartKey) } : {}),
      }) as { Items: Item[]; LastEvaluatedKey?: Item };
      return ok({
        Items: Items.map(asItem),
        ...(LastEvaluatedKey ? { LastEvaluatedKey: asItem(LastEvaluatedKey) } : {}),
      });
    },
  };
}

/** The attributes of an address or of a query, all of which are texts. */
const textsOf = (item: Item): Record<string, string> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, (value as { S: string }).S]));

const asItem = (row: Readonly<Record<string, unknown>>): Item =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asAttribute(value)]));

/** DynamoDB's own notation of a JSON value. */
function asAttribute(value: unknown): unknown {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return Array.isArray(value) ? { L: value.map(asAttribute) } : { M: asItem(value as Record<string, unknown>) };
}
