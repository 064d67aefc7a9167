export type { KmsEvent, KmsManagementEvent } from './events.ts';
export { parseKeyPolicy } from './key-policy.ts';
export { createKms } from './kms.ts';
