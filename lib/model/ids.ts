/** Ids: a prefix for the kind, and a lower-case ULID, so that ids sort by time. */
import { ulid } from 'ulid';

export type Kind =
  | 'team'
  | 'tok'
  | 'space'
  | 'app'
  | 'key'
  | 'db'
  | 'srv'
  | 'lk'
  | 'entry'
  | 'rel'
  | 'att'
  | 'out'
  | 'req'
  | 'bak'
  | 'rcp'
  | 'con'
  | 'ses'
  | 'wh'
  | 'dlv'
  | 'drl';

export const newId = (kind: Kind): string => `${kind}_${ulid().toLowerCase()}`;
export type NewId = typeof newId;

export const idPattern = (kind: Kind): RegExp => new RegExp(`^${kind}_[0-9a-hjkmnp-tv-z]{26}$`);
export const isId = (kind: Kind, text: string): boolean => idPattern(kind).test(text);
