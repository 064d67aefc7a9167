/** Tags of a key. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { requiredText, textList } from '../input.ts';
import { requireNotPendingDeletion } from '../key-states.ts';
import { replaceKey } from '../lifecycle.ts';
import { ownKey } from '../lookup.ts';
import { pageOf } from '../paging.ts';
import type { KmsKey, TextMap } from '../records.ts';
import { readTags, requireFewTags } from '../tags.ts';

function permittedKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = ownKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key, conditions });
  return key;
}

const tagConditions = (tags: TextMap): NamedValues => ({
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
  'aws:TagKeys': Object.keys(tags),
});

export const tagResource: Operation = (kms, call) => {
  const added = readTags(call.input);
  const key = permittedKey(kms, call, tagConditions(added));
  requireNotPendingDeletion(key);
  const tags = { ...key.tags, ...added };
  requireFewTags(tags);
  replaceKey(kms, { ...key, tags });
  kms.record(call, key);
  return {};
};

export const untagResource: Operation = (kms, call) => {
  const removed = textList(call.input, 'TagKeys');
  const key = permittedKey(kms, call, { 'aws:TagKeys': removed });
  requireNotPendingDeletion(key);
  replaceKey(kms, {
    ...key,
    tags: Object.fromEntries(Object.entries(key.tags).filter(([name]) => !removed.includes(name))),
  });
  kms.record(call, key);
  return {};
};

export const listResourceTags: Operation = (kms, call) => {
  const key = permittedKey(kms, call);
  const tags = Object.entries(key.tags).map(([TagKey, TagValue], index) => ({
    seq: index + 1,
    tag: { TagKey, TagValue },
  }));
  const { items, more } = pageOf(call.input, tags, { max: 50 });
  return { Tags: items.map(({ tag }) => tag), ...more };
};
