/** The commands and the steps of registering a key. */
import type { Check } from '../api/types.ts';
import type { Problem } from './problem.ts';

/** For a POSIX shell. A single quote ends the quoting, is escaped, and begins it anew. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

/** Creates the key with its policy and turns yearly rotation on. */
export const createKeyCommands = (policy: unknown, description: string): string =>
  [
    `POLICY=${quoted(JSON.stringify(policy))}`,
    `KEY_ARN=$(aws kms create-key --description ${quoted(description)} --policy "$POLICY" --query KeyMetadata.Arn ` +
      '--output text)',
    'aws kms enable-key-rotation --key-id "$KEY_ARN"',
    'echo "$KEY_ARN"',
  ].join('\n');

type Actions = Check['actions'];

/** What a refused registration says of each right: `key_rejected` carries the check. Null if it says nothing of it. */
export function refusedCheck({ code, extra }: Problem): Pick<Check, 'actions' | 'fixes'> | null {
  if (code !== 'key_rejected') return null;
  const check = (extra.check ?? {}) as { readonly actions?: Actions; readonly fixes?: Check['fixes'] };
  if (!check.actions) return null;
  const fixes = (extra.fixes as Check['fixes'] | undefined) ?? check.fixes ?? [];
  return { actions: check.actions, fixes };
}
