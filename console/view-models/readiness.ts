/** Whether turning the key off would work: the verdict in a sentence, and each item with what to do about it. */
import type { Key, Readiness, ReadinessItem } from '../api/types.ts';
import { count } from './names.ts';
import type { Tone } from './tone.ts';

type Code = ReadinessItem['code'];
type Status = ReadinessItem['status'];

const titles: Readonly<Record<Code, string>> = {
  key_usable: 'The key is usable',
  right_describe_key: 'DescribeKey',
  right_encrypt: 'Encrypt',
  right_decrypt: 'Decrypt',
  right_re_encrypt: 'ReEncrypt',
  right_generate_data_key: 'GenerateDataKey',
  right_generate_data_key_without_plaintext: 'GenerateDataKeyWithoutPlaintext',
  right_create_grant: 'CreateGrant',
  right_revoke_grant: 'RevokeGrant',
  events_proven: 'Key events arrive',
  last_check: 'The key is checked',
  siblings: 'Related keys in other Regions',
  deletion: 'Deletion',
  material_expiry: 'Key material',
  rotation: 'Rotation',
  recipients: 'Recipients',
  backup: 'Backups',
  grants: 'Grants',
  drill: 'Last drill',
};

const statusTone: Readonly<Record<Status, Tone>> = {
  pass: 'green',
  warn: 'amber',
  fail: 'red',
  unknown: 'grey',
};

export interface ReadinessLine {
  readonly code: string;
  readonly title: string;
  readonly status: Status;
  readonly tone: Tone;
  readonly detail: string;
  readonly fix: ReadinessItem['fix'];
  readonly since: string | null;
}

export interface ReadinessSummary {
  readonly tone: Tone;
  readonly sentence: string;
  /** What keeps it from being ready, the worst first. */
  readonly open: readonly ReadinessLine[];
  readonly passed: readonly ReadinessLine[];
}

const urgency: Readonly<Record<Status, number>> = { fail: 0, warn: 1, unknown: 2, pass: 3 };

const lineOf = ({ code, status, detail, fix, since }: ReadinessItem): ReadinessLine => ({
  ...{ code, status, detail, fix, since },
  title: titles[code] ?? code.replaceAll('_', ' '),
  tone: statusTone[status],
});

const verdicts: Readonly<Record<Readiness['verdict'], readonly [Tone, string]>> = {
  ready: ['green', 'Yes: turning the key off and on would work today.'],
  at_risk: ['amber', 'Probably: it would work today as far as is known.'],
  not_ready: ['red', 'No: it would not work as it should today.'],
};

export function readinessSummary({ verdict, items }: Pick<Readiness, 'verdict' | 'items'>): ReadinessSummary {
  const [tone, sentence] = verdicts[verdict];
  const lines = items.map(lineOf).sort((a, b) => urgency[a.status] - urgency[b.status]);
  return {
    ...{ tone, sentence },
    open: lines.filter(({ status }) => status !== 'pass'),
    passed: lines.filter(({ status }) => status === 'pass'),
  };
}

/** In a list: `ready`, `2 at risk`. */
export function readinessWord({ verdict, count: open }: Key['readiness']): readonly [Tone, string] {
  if (verdict === 'ready') return ['green', 'ready'];
  return verdict === 'at_risk' ? ['amber', `${open} at risk`] : ['red', `not ready: ${count(open, 'item')}`];
}
