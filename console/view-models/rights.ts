/** The matrix of what the key allows, and the statements to add for what it refuses. */
import type { Action, Check } from '../api/types.ts';

export interface Right {
  readonly action: Action;
  readonly state: 'allowed' | 'denied' | 'unknown';
  readonly meaning: string;
}

const meanings: Readonly<Record<Action, string>> = {
  DescribeKey: 'reads the state of the key',
  Encrypt: 'encrypts passwords',
  Decrypt: 'opens volumes and backups; losing it is a lockout',
  ReEncrypt: 'moves data between keys',
  GenerateDataKey: 'makes keys for backups',
  GenerateDataKeyWithoutPlaintext: 'makes keys for volumes',
  CreateGrant: 'lets EC2 attach volumes',
  RevokeGrant: 'takes such grants back',
};

export const rights = ({ actions }: Pick<Check, 'actions'>): Right[] =>
  (Object.keys(meanings) as Action[]).map((action) => ({
    action,
    state: actions[action] ?? 'unknown',
    meaning: meanings[action],
  }));

export interface Fixes {
  /** The actions that need a statement. */
  readonly actions: readonly string[];
  readonly count: number;
  /** Policy statements as JSON, one a line, to paste into the list of a policy. */
  readonly statements: string;
}

/** Each statement once, though several actions may want the same. Null while nothing is denied. */
export function fixes({ actions, fixes: given }: Pick<Check, 'actions' | 'fixes'>): Fixes | null {
  if (!Object.values(actions).includes('denied') || given.length === 0) return null;
  const statements = [...new Set(given.map(({ statement }) => JSON.stringify(statement)))];
  return {
    actions: [...new Set(given.map(({ action }) => action))],
    count: statements.length,
    statements: statements.join(',\n'),
  };
}
