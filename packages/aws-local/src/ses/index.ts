export { startInbox } from './inbox.ts';
export type { Mail } from './mailbox.ts';
