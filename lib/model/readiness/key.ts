/** Whether turning the key off takes effect everywhere, and whether the key is about to be lost. Pure. */
import type { Key } from '../key.ts';
import { remedyFor } from '../remedy.ts';
import { kmsCommand } from '../shell.ts';
import type { Sibling } from './facts.ts';
import { counted, daysUntil, type Finding, finding } from './item.ts';

export const keyItems = (key: Key, at: Date): readonly Finding[] => [
  siblings(key),
  deletion(key, at),
  materialExpiry(key, at),
  rotation(key, at),
];

const named = (all: readonly Sibling[]): string => all.map(({ arn }) => arn).join(', ');

function siblings({ siblings: all }: Key): Finding {
  const code = 'siblings';
  if (!all)
    return finding(code, {
      status: 'unknown',
      detail: 'No full check has looked for related keys yet.',
      mustBeKnown: true,
    });
  if (all.length === 0)
    return finding(code, { status: 'pass', detail: 'No key in another Region opens what this key encrypted.' });
  const enabled = all.filter(({ state }) => state === 'enabled');
  const why = 'Related keys have the same material, and disabling one leaves the others as they are.';
  if (enabled.length > 0)
    return finding(code, {
      status: 'fail',
      detail: `Turning this key off would not revoke access: ${named(enabled)} still opens the same ciphertext. ${why}`,
      fix: [
        {
          text: 'Disable what nothing else needs; otherwise disable it together with this key:',
          commands: enabled.map(({ arn }) => kmsCommand('disable-key', arn)),
        },
      ],
    });
  const unknown = all.filter(({ state }) => state === 'unknown');
  if (unknown.length === 0)
    return finding(code, {
      status: 'pass',
      detail: `${counted(all.length, 'related key')} in other Regions cannot open what this key encrypted.`,
    });
  return finding(code, {
    status: 'unknown',
    detail: `KMS does not let the platform see whether ${named(unknown)} opens the same ciphertext. ${why}`,
    fix: [
      {
        text: 'Ask KMS for the state of each; to have it watched, allow kms:DescribeKey in its policy too:',
        commands: unknown.map(({ arn }) => kmsCommand('describe-key', arn, ' --query KeyMetadata.KeyState')),
      },
    ],
    mustBeKnown: true,
  });
}

const lost = 'When it is over, all data and backups under the key are lost for good.';

function deletion({ arn, check }: Key, at: Date): Finding {
  if (check.deletionDate === null && check.fault !== 'not_found')
    return finding('deletion', { status: 'pass', detail: 'No deletion of the key is scheduled.' });
  const isGone = check.fault === 'not_found';
  const date = check.deletionDate;
  const when = date === null ? '' : ` on ${date}, in ${counted(Math.max(0, daysUntil(date, at)), 'day')}`;
  return finding('deletion', {
    status: 'fail',
    detail: isGone ? `KMS does not know the key any more. ${lost}` : `KMS deletes the key${when}. ${lost}`,
    fix: remedyFor({ arn, present: { cause: 'deletion_scheduled', deletionDate: date, isGone }, statements: [] }),
  });
}

/** The first of promise 13's warnings comes 30 days before the expiry. */
const [warnDays, failDays] = [30, 7];

function materialExpiry({ arn, check }: Key, at: Date): Finding {
  const code = 'material_expiry';
  const { validTo = null, cause } = check;
  if (validTo === null && cause !== 'material_expired')
    return finding(code, { status: 'pass', detail: "The key's material does not expire." });
  const days = validTo === null ? 0 : daysUntil(validTo, at);
  const isExpired = cause === 'material_expired' || days <= 0;
  const again = 'Only its owner can import it again.';
  const detail = isExpired
    ? `The key's material has expired. ${again}`
    : `The key's material expires on ${validTo}, in ${counted(days, 'day')}. ${again}`;
  if (!isExpired && days > warnDays) return finding(code, { status: 'pass', detail });
  return finding(code, {
    status: isExpired || days <= failDays ? 'fail' : 'warn',
    detail,
    fix: remedyFor({ arn, present: { cause: 'material_expired', deletionDate: null, isGone: false }, statements: [] }),
  });
}

function rotation({ arn, check }: Key, at: Date): Finding {
  const code = 'rotation';
  const warning = check.warnings.find(({ code: each }) => each === 'rotation_off' || each === 'rotation_unknown');
  if (check.rotation) return nextRotation(arn, check.nextRotationAt ?? null, at);
  if (check.rotation === null)
    return finding(code, {
      status: 'unknown',
      detail: warning?.detail ?? 'KMS did not say whether the key rotates.',
      fix: [{ text: 'Ask KMS whether it rotates:', commands: [kmsCommand('get-key-rotation-status', arn)] }],
    });
  const byHand = warning !== undefined && !warning.fix.startsWith('aws ');
  return finding(code, {
    status: 'warn',
    detail: warning?.detail ?? "The key's material never rotates.",
    fix: byHand
      ? [{ text: `${warning.fix} See what the key is made of:`, commands: [kmsCommand('describe-key', arn)] }]
      : [{ text: 'Turn rotation on:', commands: [kmsCommand('enable-key-rotation', arn)] }],
  });
}

function nextRotation(arn: string, date: string | null, at: Date): Finding {
  const isOverdue = date !== null && Date.parse(date) < at.getTime();
  if (isOverdue)
    return finding('rotation', {
      status: 'warn',
      detail: `The key's material should have rotated on ${date}.`,
      fix: [{ text: 'Rotate it now:', commands: [kmsCommand('rotate-key-on-demand', arn)] }],
    });
  const next = date === null ? '' : ` The next rotation is due on ${date}.`;
  return finding('rotation', { status: 'pass', detail: `The key's material rotates.${next}` });
}
