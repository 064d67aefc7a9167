export { type BusEvent, createEventBridge, type EventBridge } from './event-bridge.ts';
export type { DeclaredRule } from './rules.ts';
