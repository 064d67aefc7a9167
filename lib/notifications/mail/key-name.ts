/** The parts of a key's ARN that mails show: `arn:aws:kms:<region>:<account>:key/<id>`. */

export interface KeyName {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  /** The first eight characters of the key's id, which distinguish a team's keys in subjects. */
  readonly shortId: string;
}

export function keyName(arn: string): KeyName {
  const [, , , region = '', account = '', resource = ''] = arn.split(':');
  const id = resource.replace(/^key\//, '').replace(/[^0-9a-zA-Z-]/g, '');
  return { arn, region, account, shortId: /^(mrk-)?[0-9a-zA-Z]{1,8}/.exec(id)?.[0] ?? 'unknown' };
}
