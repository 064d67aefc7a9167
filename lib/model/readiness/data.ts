/** Whether the data under the key could be brought back: backups, and the grants of databases. Pure. */
import type { Key } from '../key.ts';
import { kmsCommand, shellWord } from '../shell.ts';
import { apiCommand, counted, type Finding, finding } from './item.ts';

export const dataItems = (key: Key, at: Date): readonly Finding[] => [backup(key, at), grants(key)];

/** Backups are daily (design note 007); the second may be late. */
const lateMs = 2 * 86_400_000;

function backup({ databases, facts }: Key, at: Date): Finding {
  const code = 'backup';
  if (databases === 0) return finding(code, { status: 'pass', detail: 'No database uses the key.' });
  const known = facts?.backup;
  if (!known) return finding(code, { status: 'unknown', detail: 'No full check has looked for backups yet.' });
  const { newestAt, example } = known;
  if (newestAt !== null && at.getTime() - Date.parse(newestAt) <= lateMs)
    return finding(code, { status: 'pass', detail: `The newest backup under the key is of ${newestAt}.` });
  const found =
    newestAt === null ? 'There is no backup under the key.' : `The newest backup under the key is of ${newestAt}.`;
  return finding(code, {
    status: 'warn',
    detail: `${found} A damaged volume could not be made up for.`,
    fix: example
      ? [
          {
            text: 'Back up a database now:',
            commands: [apiCommand('POST', `/v1/databases/${shellWord(example)}/backups`)],
          },
        ]
      : [{ text: 'List the databases:', commands: [apiCommand('GET', '/v1/databases')] }],
  });
}

function grants({ arn, facts, databases }: Key): Finding {
  const code = 'grants';
  const known = facts?.grants;
  if (databases === 0) return finding(code, { status: 'pass', detail: 'No database relies on a grant.' });
  if (!known) return finding(code, { status: 'unknown', detail: 'No full check has read the grants from KMS yet.' });
  const { lost, examples, checked, unknown } = known;
  if (lost > 0)
    return finding(code, {
      status: 'fail',
      detail:
        `KMS does not have ${counted(lost, 'grant')} any more that databases rely on (${examples.join(', ')}): ` +
        'a server that stops would not start again. Fork the database: the fork gets a grant of its own.',
      fix: [{ text: 'See which grants KMS has:', commands: [kmsCommand('list-grants', arn)] }],
    });
  if (unknown > 0)
    return finding(code, {
      status: 'unknown',
      detail: `KMS did not say whether it still has ${counted(unknown, 'grant')} of ${checked}.`,
      fix: [{ text: 'See which grants KMS has:', commands: [kmsCommand('list-grants', arn)] }],
    });
  const detail =
    checked === 0
      ? 'AWS services create the grants of volumes by themselves.'
      : `KMS has all ${checked} grants that were checked.`;
  return finding(code, { status: 'pass', detail });
}
