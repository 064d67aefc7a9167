/**
 * Text as requests may hold it. A terminal acts on control characters, and bidirectional controls show text in another
 * order than it has (Trojan Source, CVE-2021-42574). A lone surrogate is not stored as it was hashed. So all of them
 * are refused where text comes in.
 */
import * as z from 'zod/mini';

const controls = '\\u0000-\\u001f\\u007f-\\u009f';
/** The property Bidi_Control of Unicode, and the separators of lines and paragraphs. */
const directions = '\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
/** By ranges instead of a property, because readers of the OpenAPI document compile the pattern too. */
const without = (excluded: string): RegExp =>
  new RegExp(`^(?:[^${excluded}${directions}\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*$`);

const controlsOfLines = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';
const printablePattern = without(controls);
const multilinePattern = without(controlsOfLines);
/**
 * For the OpenAPI document. Regular expressions of other languages know no surrogates, and valid UTF-8 has none alone.
 */
const documented = (excluded: string) => z.meta({ pattern: `^[^${excluded}${directions}]*$` });

export const isPrintable = (text: string): boolean => printablePattern.test(text);

interface Length {
  readonly min?: number;
  readonly max: number;
}

const refusal = 'Control characters and characters that change the direction of text are not allowed';

/** One line, of at least 1 character by default. */
export const printable = ({ min = 1, max }: Length) =>
  z.string().check(z.minLength(min), z.maxLength(max), z.regex(printablePattern, refusal), documented(controls));

/** Pasted text: surrounding white space is removed. */
export const pasted = ({ min = 1, max }: Length) =>
  z
    .string()
    .check(z.trim(), z.minLength(min), z.maxLength(max), z.regex(printablePattern, refusal), documented(controls));

/** Line breaks and tabs are allowed, as in a certificate. */
export const multiline = ({ max }: Pick<Length, 'max'>) =>
  z.string().check(z.maxLength(max), z.regex(multilinePattern, refusal), documented(controlsOfLines));

/** A record with at most `max` members. */
export const membersAtMost = <T extends object>(max: number) =>
  [
    z.refine<T>((members) => Object.keys(members).length <= max, `At most ${max} at once`),
    z.meta({ maxProperties: max }),
  ] as const;
