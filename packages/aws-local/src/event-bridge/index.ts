export { type BusEvent, createEventBridge, type EventBridge } from './event-bridge.ts';
