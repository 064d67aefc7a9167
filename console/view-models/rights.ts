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

export interface Fix {
  readonly actions: readonly string[];
  /** A policy statement, as JSON to paste. */
  readonly statement: string;
}

/** One for each statement, though several actions may want the same. Of a usable key none. */
export function fixes({ actions, fixes: given }: Pick<Check, 'actions' | 'fixes'>): Fix[] {
  if (!Object.values(actions).includes('denied')) return [];
  const byStatement = new Map<string, string[]>();
  for (const { action, statement } of given) {
    const text = JSON.stringify(statement, null, 2);
    byStatement.set(text, [...(byStatement.get(text) ?? []), action]);
  }
  return [...byStatement].map(([statement, its]) => ({ actions: its, statement }));
}
