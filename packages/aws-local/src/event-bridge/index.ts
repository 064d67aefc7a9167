export type { Delivery } from './delivery-journal.ts';
export { type BusEvent, createEventBridge, type EventBridge } from './event-bridge.ts';
export type { DeclaredRule } from './rules.ts';
export { deadLetterMessage, type Failure, failureOf } from './undelivered.ts';
