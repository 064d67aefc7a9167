/** Quotes a word of a POSIX shell command if necessary. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The option of an AWS CLI command that selects a key's own Region. */
export const regionOption = (arn: string): string => `--region ${shellWord(arn.split(':')[3] ?? '')}`;

/** A command of KMS about one key, in the key's own Region. */
export const kmsCommand = (operation: string, arn: string, rest = ''): string =>
  `aws kms ${operation} --key-id ${shellWord(arn)} ${regionOption(arn)}${rest}`;
