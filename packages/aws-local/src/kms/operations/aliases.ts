/** Aliases: names for keys of the same account and Region. */
import { AwsError, type Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { notFound, validation } from '../errors.ts';
import { type Input, requiredText, text } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { assertNotPendingDeletion } from '../key-states.ts';
import { currentKey } from '../lifecycle.ts';
import { aliasArnOf, requireOwnKey } from '../lookup.ts';
import { pageOf } from '../paging.ts';
import type { Alias } from '../records.ts';

function aliasName(input: Input): string {
  const name = requiredText(input, 'AliasName', { min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ });
  if (!name.startsWith('alias/')) {
    throw validation(
      'Alias must start with the prefix "alias/". Please see ' +
        'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', '');
  if (name.includes(':') || name === 'alias/') throw validation(`${name} contains invalid characters for an alias`);
  return name;
}

/** The deletion of a key deletes its aliases. */
function findAlias(kms: Kms, call: Call, name: string): Alias | undefined {
  const alias = kms.store.findAlias(aliasArnOf(call, name));
  return alias && currentKey(kms, kms.store.findKey(alias.targetKeyArn)) ? alias : undefined;
}

function requireAlias(kms: Kms, call: Call, name: string): Alias {
  const alias = findAlias(kms, call, name);
  if (!alias) throw notFound(`Alias ${aliasArnOf(call, name)} is not found.`);
  return alias;
}

function targetKey(kms: Kms, call: Call) {
  const target = requiredText(call.input, 'TargetKeyId', { min: 1, max: 2048 });
  if (/(^|:)alias\//.test(target)) throw validation('Aliases must refer to keys. Not aliases');
  const key = requireOwnKey(kms, call, target);
  authorize(kms, call, { key });
  assertNotPendingDeletion(key);
  return key;
}

export const createAlias: Operation = (kms, call) => {
  const name = aliasName(call.input);
  const key = targetKey(kms, call);
  const arn = aliasArnOf(call, name);
  if (findAlias(kms, call, name))
    throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
  const at = kms.now().getTime();
  const { accountId, region } = key;
  const alias = {
    seq: kms.store.nextSeq(),
    arn,
    name,
    accountId,
    region,
    targetKeyArn: key.arn,
    createdAt: at,
    updatedAt: at,
  };
  kms.store.commit({ table: 'aliases', id: arn, value: alias });
  kms.reportCall(call, key);
  return {};
};

/** Requires permission on both keys, which must have the same type and usage. */
export const updateAlias: Operation = (kms, call) => {
  const name = aliasName(call.input);
  const alias = requireAlias(kms, call, name);
  const key = targetKey(kms, call);
  const before = requireOwnKey(kms, call, alias.targetKeyArn);
  authorize(kms, call, { key: before });
  if (
    before.keyUsage !== key.keyUsage ||
    (before.keySpec === 'SYMMETRIC_DEFAULT') !== (key.keySpec === 'SYMMETRIC_DEFAULT')
  ) {
    throw validation(`Alias ${alias.arn} can only be moved to a key of the same type and usage.`);
  }
  kms.store.commit({
    table: 'aliases',
    id: alias.arn,
    value: { ...alias, targetKeyArn: key.arn, updatedAt: kms.now().getTime() },
  });
  kms.reportCall(call, key);
  return {};
};

export const deleteAlias: Operation = (kms, call) => {
  const alias = requireAlias(kms, call, aliasName(call.input));
  const key = requireOwnKey(kms, call, alias.targetKeyArn);
  authorize(kms, call, { key });
  kms.store.commit({ table: 'aliases', id: alias.arn, value: null });
  kms.reportCall(call, key);
  return {};
};

export const listAliases: Operation = (kms, call) => {
  const keyId = text(call.input, 'KeyId', { min: 1, max: 2048 });
  const aliases =
    keyId === null
      ? kms.store.aliasesOf(call.caller.accountId, call.region)
      : kms.store.aliasesOfKey(requireOwnKey(kms, call, keyId).arn);
  const live = aliases.filter((alias) => currentKey(kms, kms.store.findKey(alias.targetKeyArn)));
  const { items, more } = pageOf(call.input, live, { max: 100 });
  return { Aliases: items.map(describeAlias), ...more };
};

const describeAlias = ({ name, arn, targetKeyArn, createdAt, updatedAt }: Alias) => ({
  AliasName: name,
  AliasArn: arn,
  TargetKeyId: targetKeyArn.slice(targetKeyArn.lastIndexOf('/') + 1),
  CreationDate: seconds(createdAt),
  LastUpdatedDate: seconds(updatedAt),
});
