/** `docs/problems.md`: the problems, for developers of clients. */
import { type Code, type problems as known, Problem, problemType } from '#lib/model/problem.ts';
import { code, generatedFrom, page, prose, table } from './markdown.ts';

const sample = new Problem('wrong_state', 'Database orders is stopping.', { state: 'stopping' });

export function problemsPage(problems: typeof known): string {
  const [status, title] = problems[sample.code];
  const body = {
    ...sample.extra,
    type: problemType(sample.code),
    title,
    status,
    detail: sample.message,
    instance: 'Xk3fPgYoIAMEJ6w=',
  };
  const codes = Object.entries(problems) as [Code, (typeof problems)[Code]][];
  return page(
    '# Problems',
    generatedFrom(code('lib/model/problem.ts')),
    prose(
      `An error is returned as \`application/problem+json\` (RFC 9457). \`type\` ends in a code of the table below and
      never changes, so clients branch on it. \`title\` is fixed for each code, \`detail\` describes this error and may
      change, and \`instance\` is the request id to quote to the operator. Some codes add members.`,
    ),
    ['```json', JSON.stringify(body, null, 2), '```'].join('\n'),
    table(
      ['Code', 'Status', 'Title', 'When', 'Try again?'],
      codes.map(([name, [its, words, when, retry]]) => [code(name), String(its), words, when, retry]),
    ),
  );
}
