/**
 * Values from outside (names of databases, apps, teams; what a failed step said) as one line of harmless text: control characters and
 * those that turn the reading direction can't forge a line or hide one.
 */
export const plain = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
