/**
 * The condition and update expressions that `lib/store` sends, by their text.
 * Does not: parse expressions. An unknown one is an error, so that a new expression is added here with its meaning.
 */

export type Row = { readonly pk: string; readonly sk: string } & { readonly [attribute: string]: unknown };
type Values = Readonly<Record<string, unknown>>;

/** A write of one item, alone or in a transaction. */
export interface Write {
  readonly Item?: Row;
  readonly Key?: { readonly pk: string; readonly sk: string };
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Values;
}

const earlier = (a: unknown, b: unknown): boolean => typeof a === 'string' && typeof b === 'string' && a < b;
const isVoid = ({ claimedUntil }: Row, values: Values): boolean =>
  earlier(claimedUntil, values[':now']) || earlier(values[':beyond'], claimedUntil);

const unclaimed = 'claimedUntil = :none OR claimedUntil < :now OR claimedUntil > :beyond';

const conditions: Readonly<
  Record<string, (row: Row | undefined, values: Values, names: Readonly<Record<string, string>>) => boolean>
> = {
  'attribute_not_exists(pk)': (row) => row === undefined,
  'attribute_exists(pk)': (row) => row !== undefined,
  '#version = :version': (row, values) => row?.version === values[':version'],
  '#attribute = :value': (row, values, names) =>
    row !== undefined && row[names['#attribute'] ?? ''] === values[':value'],
  'attribute_exists(pk) AND attribute_not_exists(awaitedRequest)': (row) =>
    row !== undefined && row.awaitedRequest === undefined,
  'awaitedRequest = :request': (row, values) => isAwaited(row, values),
  'attribute_not_exists(#used) OR (attribute_not_exists(#most) AND #used < :most) OR #used < #most': (row, values) =>
    number(row?.used) < number(row?.most ?? values[':most']),
  '#used >= :least': (row, values) => row?.used !== undefined && number(row.used) >= number(values[':least']),
  'attribute_not_exists(#used) OR #used < :least': (row, values) =>
    row?.used === undefined || number(row.used) < number(values[':least']),
  'seq = :seq': (row, values) => row?.seq === values[':seq'],
  [`attribute_exists(pk) AND (${unclaimed})`]: (row, values) =>
    row !== undefined && (row.claimedUntil === null || isVoid(row, values)),
  [`attribute_not_exists(pk) OR (sentAt = :none AND (${unclaimed}))`]: (row, values) =>
    row === undefined || (row.sentAt === null && (row.claimedUntil === null || isVoid(row, values))),
  'attribute_not_exists(pk) OR (confirmedAt = :none AND (place = :place OR lapsesAt < :now))': (row, values) =>
    row === undefined ||
    (row.confirmedAt === null && (row.place === values[':place'] || earlier(row.lapsesAt, values[':now']))),
  'attribute_not_exists(mails) OR mails < :limit': (row, values) =>
    row?.mails === undefined || number(row.mails) < number(values[':limit']),
};

const isAwaited = (row: Row | undefined, values: Values) =>
  row !== undefined && row.awaitedRequest === values[':request'];

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

const updates: Readonly<Record<string, (row: Row, write: Write) => Row>> = {
  'SET #count = #count + :by, #version = #version + :one': (
    row,
    { ExpressionAttributeNames: names, ExpressionAttributeValues: values },
  ) => {
    const count = names?.['#count'] ?? '';
    return { ...row, [count]: number(row[count]) + number(values?.[':by']), version: number(row.version) + 1 };
  },
  'SET awaitedRequest = :request, awaitedSince = :since': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    awaitedRequest: values?.[':request'],
    awaitedSince: values?.[':since'],
  }),
  'SET provenAt = awaitedSince, arrivedAt = :at REMOVE awaitedRequest, awaitedSince': (
    { awaitedRequest: _, awaitedSince, ...row },
    { ExpressionAttributeValues: values },
  ) => ({ ...row, provenAt: awaitedSince, arrivedAt: values?.[':at'] }),
  'ADD #used :by': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    used: number(row.used) + number(values?.[':by']),
  }),
  'SET newsAt = :at': (row, { ExpressionAttributeValues: values }) => ({ ...row, newsAt: values?.[':at'] }),
  'REMOVE provenAt, arrivedAt, awaitedRequest, awaitedSince': ({
    provenAt: _provenAt,
    arrivedAt: _arrivedAt,
    awaitedRequest: _awaitedRequest,
    awaitedSince: _awaitedSince,
    ...row
  }) => row,
  'SET claimedUntil = :until, attempts = attempts + :one': (row, { ExpressionAttributeValues: values }) => ({
    ...row,
    claimedUntil: values?.[':until'],
    attempts: number(row.attempts) + 1,
  }),
};

/** Updates that create the row if it does not exist. */
const upserts: Readonly<Record<string, (row: Row, values: Values) => Row>> = {
  'SET mails = if_not_exists(mails, :zero) + :one, expiresAt = :expires': (row, values) => ({
    ...row,
    mails: number(row.mails) + 1,
    expiresAt: values[':expires'],
  }),
  'SET #used = :zero': (row, values) => ({ ...row, used: values[':zero'] }),
};

/** Whether a row meets a write's condition; null for an unknown condition. */
export function meetsCondition(row: Row | undefined, write: Write): boolean | null {
  const {
    ConditionExpression: text,
    ExpressionAttributeValues: values = {},
    ExpressionAttributeNames: names = {},
  } = write;
  if (text === undefined) return true;
  return conditions[text]?.(row, values, names) ?? null;
}

/** The row after an update; null for an unknown update. */
export function updatedRow(row: Row | undefined, write: Write): Row | null {
  const { UpdateExpression: text = '', ExpressionAttributeValues: values = {} } = write;
  const address = write.Key ?? { pk: '', sk: '' };
  const upsert = upserts[text];
  if (upsert) return upsert(row ?? address, values);
  // DynamoDB creates the row if an update has no condition.
  const known = row ?? (text.startsWith('ADD') ? address : undefined);
  return known ? (updates[text]?.(known, write) ?? null) : null;
}
