/** Errors as the Heroku CLI prints them: `Error: <message>`, `Error ID: <id>`. The message is all that a person sees, so the way out is in it. */
import { type Problem, problems } from '#lib/model/problem.ts';

export interface Refusal {
  readonly status: number;
  readonly id: string;
  readonly message: string;
  /** Lets the CLI look elsewhere before it gives up. */
  readonly resource?: string;
}

export function refusalOf({ code, message, extra }: Problem, requestId: string): Refusal {
  const [usual] = problems[code];
  const { resource, malformed } = extra;
  // Heroku's own rule: 400 for a request that cannot be read, 422 for one whose parameters do not fit.
  const status = usual === 400 && malformed !== true ? 422 : usual;
  const text = code === 'internal' ? `Something failed on our side. Quote ${requestId} to the operator.` : message;
  const told = [text, ...waysOut(extra)].join('\n');
  return { status, id: code, message: told, ...(typeof resource === 'string' ? { resource } : {}) };
}

/** The policy statements that a rejected key lacks, and the command that puts something right. */
function waysOut({ fixes, fix }: Problem['extra']): string[] {
  const statements = Array.isArray(fixes)
    ? fixes.map((each: { statement?: unknown }) => JSON.stringify(each.statement))
    : [];
  return [
    ...(statements.length > 0 ? ['Statements to add:', ...statements] : []),
    ...(typeof fix === 'string' ? [fix] : []),
  ];
}

/** A header carries no line breaks, and no letters beyond ASCII. */
export const asciiOnly = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[^\x20-\x7e]/g, '?');
