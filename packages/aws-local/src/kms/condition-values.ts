/** The values of a request's condition keys. */
import { globalValues } from '../iam/global-keys.ts';
import { type NamedValues, type RequestValues, requestValues } from '../iam/request-values.ts';
import type { Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { isPrimary } from './multi-region.ts';
import type { KmsKey, TextMap } from './records.ts';

export interface ConditionInput {
  readonly key: KmsKey;
  readonly context: TextMap | null;
  /** The operation's own condition keys. */
  readonly conditions: NamedValues;
}

export function conditionValues(kms: Kms, call: Call, { key, context, conditions }: ConditionInput): RequestValues {
  const { caller, region } = call;
  return requestValues({
    ...globalValues({ caller, region, at: kms.now(), resourceAccount: key.accountId, resourceTags: key.tags }),
    ...keyConditions(kms, key),
    'kms:CallerAccount': caller.accountId,
    'kms:ViaService': caller.viaService,
    'kms:RequestAlias': aliasIn(call.input.KeyId),
    ...contextConditions(context ?? {}),
    ...conditions,
  });
}

const keyConditions = ({ store }: Kms, key: KmsKey): NamedValues => ({
  'kms:KeyOrigin': key.origin,
  'kms:KeySpec': key.keySpec,
  'kms:CustomerMasterKeySpec': key.keySpec,
  'kms:KeyUsage': key.keyUsage,
  'kms:CustomerMasterKeyUsage': key.keyUsage,
  'kms:MultiRegion': String(key.multiRegion),
  'kms:MultiRegionKeyType': key.multiRegion ? (isPrimary(key) ? 'PRIMARY' : 'REPLICA') : undefined,
  'kms:ResourceAliases': store.aliasesOfKey(key.arn).map(({ name }) => name),
});

/** The alias by which a request names its key, without the prefix of an ARN. */
export function aliasIn(name: unknown): string | undefined {
  const [, alias] = (typeof name === 'string' && /^(?:arn:aws:kms:[^:]+:\d{12}:)?(alias\/.+)$/.exec(name)) || [];
  return alias;
}

/** An empty context sets none of these keys. */
export function contextConditions(context: TextMap): NamedValues {
  const pairs = Object.entries(context).map(([key, value]): [string, string] => [
    `kms:EncryptionContext:${key}`,
    value,
  ]);
  return pairs.length === 0 ? {} : { ...Object.fromEntries(pairs), 'kms:EncryptionContextKeys': Object.keys(context) };
}
