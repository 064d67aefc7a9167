/** Whether the key decrypts, and whether KMS allows each action that a database needs. Pure. */
import { type Action, canServe, type Key, neededActions } from '../key.ts';
import { foundCause } from '../present-cause.ts';
import { refusalsOf } from '../refusals.ts';
import { type RemedyStep, remedyFor } from '../remedy.ts';
import { kmsCommand } from '../shell.ts';
import type { ReadinessCode } from './codes.ts';
import { type Finding, finding } from './item.ts';

interface Right {
  readonly code: ReadinessCode;
  /** Completes "It is needed". */
  readonly why: string;
}

const rights: Readonly<Record<Action, Right>> = {
  DescribeKey: {
    code: 'right_describe_key',
    why: 'to tell a disabled key from one whose deletion is scheduled, and when it is deleted',
  },
  Encrypt: { code: 'right_encrypt', why: 'to encrypt new passwords' },
  Decrypt: { code: 'right_decrypt', why: 'to start databases: without it everything under the key stops' },
  ReEncrypt: { code: 'right_re_encrypt', why: 'to copy volumes and snapshots' },
  GenerateDataKey: { code: 'right_generate_data_key', why: 'to encrypt backups' },
  GenerateDataKeyWithoutPlaintext: {
    code: 'right_generate_data_key_without_plaintext',
    why: 'to encrypt the volumes of new databases',
  },
  CreateGrant: { code: 'right_create_grant', why: 'to attach volumes when servers start again after a lockout' },
  RevokeGrant: { code: 'right_revoke_grant', why: 'to end the access of servers that no longer exist' },
};

export const rightItems = (key: Key): readonly Finding[] => [
  usability(key),
  ...neededActions.map((action) => right(key, action)),
];

function usability(key: Key): Finding {
  const { arn, status, check, lockoutId } = key;
  if (canServe(status) && !lockoutId)
    return finding('key_usable', {
      status: 'pass',
      detail: 'KMS decrypts with the key, so databases under it serve, and stop when it is turned off.',
    });
  if (status === 'unknown')
    return finding('key_usable', {
      status: 'unknown',
      detail: 'KMS gave no conclusive response. Until it does, nothing stops and nothing starts.',
      fix: [{ text: 'Ask KMS what it says about the key:', commands: [kmsCommand('describe-key', arn)] }],
      mustBeKnown: true,
    });
  if (canServe(status))
    return finding('key_usable', { status: 'fail', detail: 'A lockout is open, and the key is usable again.' });
  const statements = check.fixes.map(({ statement }) => statement);
  return finding('key_usable', {
    status: 'fail',
    detail: 'The key is unusable, so databases under it are stopped or about to be.',
    fix: remedyFor({ arn, present: foundCause(check), statements }),
  });
}

function right(key: Key, action: Action): Finding {
  const { code, why } = rights[action];
  const state = key.check.actions[action];
  if (state === 'allowed')
    return finding(code, { status: 'pass', detail: `KMS allows kms:${action}. It is needed ${why}.` });
  if (state === 'unknown')
    return finding(code, {
      status: 'unknown',
      detail: action.endsWith('Grant')
        ? `Only a call by an AWS service shows whether KMS allows kms:${action}. It is needed ${why}.`
        : `KMS did not say whether it allows kms:${action}. It is needed ${why}.`,
      mustBeKnown: !action.endsWith('Grant'),
    });
  const isLoss = action === 'Decrypt' || key.strict === true;
  return finding(code, {
    status: isLoss ? 'fail' : 'warn',
    detail: `KMS refuses kms:${action}. It is needed ${why}.`,
    fix: allowing(key, action),
  });
}

/** The commands that add the statement for the action; a Deny is to be found first. */
function allowing({ arn, check }: Key, action: Action): readonly RemedyStep[] {
  const { statement = null } = refusalsOf(check).find((refusal) => refusal.action === action) ?? {};
  const deny = check.warnings.find(({ code }) => code === 'explicit_deny');
  if (!statement && deny) return [{ text: deny.detail, commands: [deny.fix] }];
  const present = { cause: 'access_denied', deletionDate: null, isGone: false } as const;
  return remedyFor({ arn, present, statements: statement ? [statement] : [] });
}
