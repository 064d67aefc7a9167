/** The items of a key's readiness, by code. Clients branch on a code, so it never changes. */

/** `right_…`: whether KMS allows that action. */
export const readinessCodes = [
  'key_usable',
  'right_describe_key',
  'right_encrypt',
  'right_decrypt',
  'right_re_encrypt',
  'right_generate_data_key',
  'right_generate_data_key_without_plaintext',
  'right_create_grant',
  'right_revoke_grant',
  'events_proven',
  'last_check',
  'siblings',
  'deletion',
  'material_expiry',
  'rotation',
  'recipients',
  'backup',
  'grants',
  'drill',
] as const;
export type ReadinessCode = (typeof readinessCodes)[number];

/** `unknown`: KMS or the key's policy did not let the platform find out, or there was no full check yet. */
export const itemStatuses = ['pass', 'warn', 'fail', 'unknown'] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** `not_ready`: an item fails. `at_risk`: one warns, or one that must be known is unknown. */
export const readinessVerdicts = ['ready', 'at_risk', 'not_ready'] as const;
export type ReadinessVerdict = (typeof readinessVerdicts)[number];

/** Since when each item that does not pass has its status (ISO 8601). */
export type ReadinessSince = {
  readonly [C in ReadinessCode]?: { readonly status: ItemStatus; readonly at: string };
};
