/**
 * Errors for the Heroku CLI, which prints only `Error: <message>` and `Error ID: <id>`, so that the message includes
 * the remedy.
 */
import { type Problem, problems } from '#lib/model/problem.ts';

export interface HerokuError {
  readonly status: number;
  readonly id: string;
  readonly message: string;
  /** Lets the CLI try other kinds of resources. */
  readonly resource?: string;
}

export function herokuErrorOf({ code, message, extra }: Problem, requestId: string): HerokuError {
  const [defaultStatus] = problems[code];
  const { resource, malformed } = extra;
  // Heroku's rule: 400 for a request that cannot be parsed, 422 for invalid parameters.
  const status = defaultStatus === 400 && malformed !== true ? 422 : defaultStatus;
  const text = code === 'internal' ? `An internal error occurred. Quote ${requestId} to the operator.` : message;
  const fullMessage = [text, ...remedies(extra)].join('\n');
  return { status, id: code, message: fullMessage, ...(typeof resource === 'string' ? { resource } : {}) };
}

/** The policy statements that a rejected key lacks, and the command that fixes the problem. */
function remedies({ fixes, fix }: Problem['extra']): string[] {
  const statements = Array.isArray(fixes)
    ? fixes.map((each: { statement?: unknown }) => JSON.stringify(each.statement))
    : [];
  return [
    ...(statements.length > 0 ? ['Statements to add:', ...statements] : []),
    ...(typeof fix === 'string' ? [fix] : []),
  ];
}

/** Header values must not contain line breaks or characters beyond ASCII. */
export const asciiOnly = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[^\x20-\x7e]/g, '?');
