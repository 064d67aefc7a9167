/**
 * The secrets of sessions. Each names its session's place in front of 256 random bits, so that one read finds the row,
 * and no row is needed for the secret itself. Secret scanners find them by their prefix.
 */
import { randomBytes } from 'node:crypto';
import { isId } from './ids.ts';

const prefixes = { access: 'latchkey_access', renewal: 'latchkey_renewal', code: 'latchkey_code' } as const;
type SecretKind = keyof typeof prefixes;

export interface SecretPlace {
  readonly teamId: string;
  /** Of the session, or of the sign-in code. */
  readonly id: string;
}

export const newSessionSecret = (kind: SecretKind, { teamId, id }: SecretPlace): string =>
  `${prefixes[kind]}.${teamId}.${id}.${randomBytes(32).toString('base64url')}`;
export type NewSessionSecret = typeof newSessionSecret;

/** Null for text that is no secret of the kind. Says nothing of whether it is good. */
export function placeOfSecret(kind: SecretKind, text: string): SecretPlace | null {
  const [prefix, teamId = '', id = '', random = '', ...more] = text.split('.');
  const fits = prefix === prefixes[kind] && isId('team', teamId) && isId('ses', id) && /^[\w-]{43}$/.test(random);
  return fits && more.length === 0 ? { teamId, id } : null;
}
