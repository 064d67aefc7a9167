/** What the session may do. The API decides; the console only leaves out what it would refuse. */
import { session } from './session.ts';

export const holds = (scope: 'read' | 'write' | 'admin'): boolean => {
  const state = session.value;
  if (state.kind !== 'signed-in') return false;
  const { scopes } = state.session;
  return scopes.includes('admin') || scopes.includes(scope) || (scope === 'read' && scopes.includes('write'));
};
