/**
 * Reads YAML with CloudFormation's short tags: `!GetAtt A.Arn` becomes `{ 'Fn::GetAtt': ['A', 'Arn'] }`.
 * Does not: evaluate anything. A tag that CloudFormation does not have is an error, never plain text.
 */
import { parseDocument, type Tags, YAMLMap } from 'yaml';

const functions = [
  'GetAtt',
  'Sub',
  'Join',
  'Select',
  'Split',
  'If',
  'Equals',
  'And',
  'Or',
  'Not',
  'FindInMap',
  'ImportValue',
  'Base64',
];
const longNames = new Map([
  ['Ref', 'Ref'],
  ['Condition', 'Condition'],
  ...functions.map((name) => [name, `Fn::${name}`] as const),
]);

const dotted = (text: string) => [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)];

const shortTags: Tags = [...longNames].flatMap(([short, long]) => [
  { tag: `!${short}`, resolve: (text: string) => ({ [long]: short === 'GetAtt' ? dotted(text) : text }) },
  ...(['seq', 'map'] as const).map((collection) => ({
    tag: `!${short}`,
    collection,
    resolve: (value: unknown) => {
      const wrapped = new YAMLMap();
      wrapped.set(long, value);
      return wrapped;
    },
  })),
]);

/** Parses a YAML or JSON document; throws with the file's name, and the line that is wrong. */
export function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { customTags: (tags) => [...tags, ...shortTags], merge: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) throw new Error(`${file}: ${fault.message}`);
  return document.toJS();
}
