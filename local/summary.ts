/** What the terminal says when the local cloud is up. */
import { relative } from 'node:path';
import type { Outcome } from '#lib/model/fleet.ts';
import type { Cloud } from './cloud.ts';

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

interface SummaryInput {
  readonly speed: number;
  readonly logFile: string;
  /** It signs in once, within 15 minutes. */
  readonly consoleLink: string;
}

export function summary({ urls, dir, server }: Cloud, { speed, logFile, consoleLink }: SummaryInput): string {
  const here = (path: string) => relative(process.cwd(), path) || path;
  const pace =
    speed === 1 ? 'as fast as on AWS (SPEED=60 makes a minute a second)' : `${speed} times as fast as on AWS`;
  return `
${bold('Latchkey is ready')}, ${pace}.

  Console        ${urls.api}/console
  API            ${urls.api}
  AWS endpoint   ${urls.aws}
  Inbox          ${urls.inbox}
  Databases      ${server.version}, ${server.path}
  Log            ${here(logFile)}

Sign in to the console by this link, once and within 15 minutes (make console opens another):

  ${consoleLink}

In another terminal:

  source ${here(dir)}/env
  curl -H "Authorization: Bearer $LATCHKEY_TOKEN" $LATCHKEY_URL/v1/keys

Ctrl-C saves the databases and stops.`;
}

/** A line on the databases of the last run; `null` if there were none. */
export function resumedLine(outcomes: readonly Outcome[]): string | null {
  if (outcomes.length === 0) return null;
  const failed = outcomes.filter((each) => each.state === 'failed');
  const back = `${outcomes.length - failed.length} of ${outcomes.length} databases are back.`;
  return [back, ...failed.map((each) => `  ${each.serverId}: ${each.detail}`)].join('\n');
}
