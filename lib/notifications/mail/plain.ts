/**
 * Turns an untrusted value, such as the name of a database or an error of a step, into a single line: control and
 * bidirectional characters could forge or hide text.
 */
export const plain = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
