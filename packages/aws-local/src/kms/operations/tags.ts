/** Tags of a key. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Operation } from '../context.ts';
import { textList } from '../input.ts';
import { requireNotPendingDeletion } from '../key-states.ts';
import { replaceKey } from '../lifecycle.ts';
import { pageOf } from '../paging.ts';
import { permittedKey } from '../permitted-key.ts';
import type { TextMap } from '../records.ts';
import { readTags, requireFewTags } from '../tags.ts';

const tagConditions = (tags: TextMap): NamedValues => ({
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
  'aws:TagKeys': Object.keys(tags),
});

export const tagResource: Operation = (kms, call) => {
  const added = readTags(call.input);
  const key = permittedKey(kms, call, () => tagConditions(added));
  requireNotPendingDeletion(key);
  const tags = { ...key.tags, ...added };
  requireFewTags(tags);
  replaceKey(kms, { ...key, tags });
  kms.record(call, key);
  return {};
};

export const untagResource: Operation = (kms, call) => {
  const removed = textList(call.input, 'TagKeys');
  const key = permittedKey(kms, call, () => ({ 'aws:TagKeys': removed }));
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
