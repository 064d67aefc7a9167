/** A KMS in a temporary folder with a clock that stands still, and callers of two accounts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KmsEvent, KmsKeyEvent, KmsManagementEvent } from '../../../src/kms/events.ts';
import { createKms } from '../../../src/kms/kms.ts';
import type { Caller } from '../../../src/protocol.ts';
import {
  accessKey,
  callerOf,
  customerAccount,
  dataPlaneAccessKey,
  platformAccount,
} from '../../../test-support/accounts.ts';

export const owner = callerOf(accessKey(customerAccount));
export const platform = callerOf(accessKey(platformAccount));
export const dataPlane = callerOf(dataPlaneAccessKey);
export const stranger = callerOf(accessKey('999999999999'));
const region = 'us-east-1';

export type Answer = Readonly<Record<string, unknown>>;

export interface Bench {
  readonly dir: string;
  /** Of calls. */
  readonly events: KmsManagementEvent[];
  /** What KMS reported by itself. */
  readonly notices: KmsKeyEvent[];
  readonly kms: Awaited<ReturnType<typeof createKms>>;
  /** Calls as this principal; `elsewhere` is another Region. */
  as(caller: Caller, elsewhere?: string): (operation: string, input?: Answer) => Promise<Answer>;
  passDays(days: number): void;
  /** Makes a key of the customer's and gives its ARN. */
  key(input?: Answer): Promise<string>;
  /** Drops the process's memory and reads the folder anew, as after kill -9. */
  reopened(): Promise<Bench>;
  close(): Promise<void>;
}

export const aBench = () =>
  openBench(mkdtempSync(join(tmpdir(), 'shop-kms-')), { time: Date.parse('2026-01-01T00:00:00Z') });

async function openBench(dir: string, clock: { time: number }): Promise<Bench> {
  const events: KmsManagementEvent[] = [];
  const notices: KmsKeyEvent[] = [];
  const emit = (event: KmsEvent) =>
    void (event['detail-type'] === 'AWS API Call via CloudTrail' ? events.push(event) : notices.push(event));
  const kms = await createKms({ dir, now: () => new Date(clock.time), emit });
  const as: Bench['as'] =
    (caller, elsewhere = region) =>
    async (operation, input = {}) =>
      (await kms.call({ operation, input: { ...input }, caller, region: elsewhere, requestId: 'request-1' })) as Answer;
  return {
    ...{ dir, events, notices, kms, as },
    passDays(days) {
      clock.time += days * 86_400_000;
    },
    async key(input = {}) {
      const { KeyMetadata } = await as(owner)('CreateKey', input);
      return String((KeyMetadata as Answer).Arn);
    },
    reopened: () => openBench(dir, clock),
    async close() {
      await kms.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Statements besides one that leaves the owner's account in charge. */
export const policyWith = (...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Owner',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${customerAccount}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      ...statements,
    ],
  });

export const allowPlatform = (Action: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Principal: { AWS: platformAccount },
  Action,
  Resource: '*',
  ...(Condition ? { Condition } : {}),
});

/** Lets the platform manage grants. */
export const policyOfGrants = policyWith(
  allowPlatform(['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant', 'kms:DescribeKey']),
);
export const termsOfGrant = {
  GranteePrincipal: dataPlane.arn,
  RetiringPrincipal: platform.arn,
  Operations: ['Decrypt', 'Encrypt', 'GenerateDataKey'],
};

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const textOf = (blob: unknown) => Buffer.from(String(blob), 'base64').toString();
export const denied = { code: 'AccessDeniedException' };
export const dryRunSucceeded = {
  code: 'DryRunOperationException',
  message: 'The request would have succeeded, but the DryRun option is set.',
};
