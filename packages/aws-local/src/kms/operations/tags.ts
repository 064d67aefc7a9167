/** Tags of a key. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Operation } from '../context.ts';
import { textList } from '../input.ts';
import { assertNotPendingDeletion } from '../key-states.ts';
import { replaceKey } from '../lifecycle.ts';
import { pageOf } from '../paging.ts';
import type { TextMap } from '../records.ts';
import { requireKey } from '../require-key.ts';
import { assertTagCount, readTags } from '../tags.ts';

const tagConditions = (tags: TextMap): NamedValues => ({
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
  'aws:TagKeys': Object.keys(tags),
});

export const tagResource: Operation = (kms, call) => {
  const added = readTags(call.input);
  const key = requireKey(kms, call, () => tagConditions(added));
  assertNotPendingDeletion(key);
  const tags = { ...key.tags, ...added };
  assertTagCount(tags);
  replaceKey(kms, { ...key, tags });
  kms.reportCall(call, key);
  return {};
};

export const untagResource: Operation = (kms, call) => {
  const removed = textList(call.input, 'TagKeys');
  const key = requireKey(kms, call, () => ({ 'aws:TagKeys': removed }));
  assertNotPendingDeletion(key);
  replaceKey(kms, {
    ...key,
    tags: Object.fromEntries(Object.entries(key.tags).filter(([name]) => !removed.includes(name))),
  });
  kms.reportCall(call, key);
  return {};
};

export const listResourceTags: Operation = (kms, call) => {
  const key = requireKey(kms, call);
  const tags = Object.entries(key.tags).map(([TagKey, TagValue], index) => ({
    seq: index + 1,
    tag: { TagKey, TagValue },
  }));
  const { items, more } = pageOf(call.input, tags, { max: 50 });
  return { Tags: items.map(({ tag }) => tag), ...more };
};
