/**
 * STS: `GetCallerIdentity`.
 * Does not: issue temporary credentials. The ARN of a role without a session name is the role's own.
 */
import { createHash } from 'node:crypto';
import { type Call, type ServiceEmulator, unknownOperation, userOf } from './protocol.ts';

/**
 * A principal's unique ID, derived from its ARN: `AROA…` for a role, `AIDA…` for a user, and the account ID for its
 * root.
 */
export function principalIdOf(arn: string): string {
  const [, accountId = '', resource = ''] = /^arn:aws:iam::(\d{12}):(.+)$/.exec(arn) ?? [];
  if (resource === 'root') return accountId;
  const digest = createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase();
  return `${resource.startsWith('role/') ? 'AROA' : 'AIDA'}${digest}`;
}

export function createSts(): ServiceEmulator {
  return {
    async call({ operation, caller }: Call) {
      if (operation !== 'GetCallerIdentity') throw unknownOperation(operation);
      const id = principalIdOf(caller.arn);
      const UserId = caller.sessionName === undefined ? id : `${id}:${caller.sessionName}`;
      return { Account: caller.accountId, Arn: userOf(caller), UserId };
    },
    async close() {},
  };
}
