export type { SesEvent } from './events.ts';
export { startInbox } from './inbox.ts';
export type { Mail } from './mailbox.ts';
