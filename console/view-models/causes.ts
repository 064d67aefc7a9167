/** The causes of an unusable key in words. */

const sentences: Readonly<Record<string, string>> = {
  key_disabled: 'The key is disabled',
  deletion_scheduled: 'The key is scheduled for deletion',
  material_expired: 'The key material expired or was deleted',
  access_denied: 'The key policy no longer lets Latchkey use the key',
  key_store_unavailable: 'The custom key store is not connected',
  kms_unreachable: 'KMS does not answer for the key',
};

export const causeSentence = (cause: string | null): string => (cause ? (sentences[cause] ?? cause) : '');

const eventVerbs: Readonly<Record<string, string>> = {
  DisableKey: 'Disabled',
  ScheduleKeyDeletion: 'Scheduled for deletion',
  DeleteImportedKeyMaterial: 'Key material deleted',
  PutKeyPolicy: 'Key policy changed',
  EnableKey: 'Enabled',
  CancelKeyDeletion: 'Deletion cancelled',
};

/** `Disabled`, from the name of an AWS API call. */
export const eventVerb = (name: string): string => eventVerbs[name] ?? name;
