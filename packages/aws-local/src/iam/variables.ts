/**
 * Policy variables: `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}`
 * for the characters themselves. In a policy without the version 2012-10-17 they are plain text.
 * Source: IAM guide, "IAM policy elements: Variables and tags".
 */
import type { Dialect } from './dialect.ts';
import { escapeWildcards } from './glob.ts';
import type { RequestValues } from './request-values.ts';

interface Variable {
  /** Lower case. */
  readonly key: string;
  readonly fallback: string | null;
}

/** A sequence of texts and variables. */
export type Template = readonly (string | Variable)[];

const signs: Readonly<Record<string, string>> = { '*': escapeWildcards('*'), '?': escapeWildcards('?'), $: '$' };

export const isPlain = (template: Template) => template.every((part) => typeof part === 'string');

/** Throws for an unknown variable, and for one that is malformed or not closed. */
export function parseTemplate(text: string, dialect: Dialect): Template {
  if (!dialect.hasVariables) return [text];
  const parts: (string | Variable)[] = [];
  let from = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    const end = text.indexOf('}', at);
    if (end < 0) throw dialect.malformed(`The policy variable in ${text} has no closing brace.`);
    parts.push(text.slice(from, at), parseVariable(text.slice(at + 2, end), dialect));
    from = end + 1;
  }
  return [...parts, text.slice(from)];
}

function parseVariable(inner: string, dialect: Dialect): string | Variable {
  const sign = Object.hasOwn(signs, inner) ? signs[inner] : undefined;
  if (sign !== undefined) return sign;
  const [, name, fallback = null] = /^([^\s,'"]+)(?:\s*,\s*'([^']*)')?$/.exec(inner) ?? [];
  if (name === undefined) throw dialect.malformed(`The policy variable \${${inner}} is not valid.`);
  const key = name.toLowerCase();
  if (!dialect.knowsKey(key)) throw dialect.malformed(`The policy variable ${name} is not supported.`);
  return { key, fallback };
}

/**
 * The pattern with values from the request, whose wildcards are escaped. Null if a variable has no value, or several.
 */
export function resolve(template: Template, request: RequestValues): string | null {
  const parts = template.map((part) => (typeof part === 'string' ? part : requestedValue(part, request)));
  return parts.includes(null) ? null : parts.join('');
}

function requestedValue({ key, fallback }: Variable, request: RequestValues): string | null {
  const [value, another] = request.get(key) ?? [];
  const found = another === undefined ? (value ?? fallback) : null;
  return found === null ? null : escapeWildcards(found);
}
