/**
 * The guard that a key owner can choose with the template: it denies scheduling the key's deletion while the key is in
 * use. It never denies `kms:DisableKey`. The checks decrypt with the key, so a key that is registered counts as used
 * every day, and its owner could not turn it off.
 * Source: KMS developer guide, "AWS KMS condition keys", `kms:TrailingDaysWithoutKeyUsage`.
 */

const parameter = 'DeletionGuardDays';
const condition = 'DeletionIsGuarded';

export const guardParameters = {
  [parameter]: {
    Type: 'Number',
    Description:
      'Deny scheduling the deletion of the key until it was unused for so many days. 0 for no guard. Disabling the ' +
      'key is never denied.',
    Default: 0,
    MinValue: 0,
    MaxValue: 365,
  },
};

export const guardConditions = { [condition]: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, '0'] }] } };

const statement = {
  Sid: 'KeyInUseIsNotDeleted',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'kms:ScheduleKeyDeletion',
  Resource: '*',
  Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': { Ref: parameter } } },
};

/** A statement of the key's policy, or none if the guard is off. */
export const guardStatement = { 'Fn::If': [condition, statement, { Ref: 'AWS::NoValue' }] };
