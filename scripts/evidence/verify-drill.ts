/**
 * Verifies the signed report of a drill offline: the signature, and that every figure follows from the recorded times.
 * Pure.
 */
import * as z from 'zod/mini';
import { derivedDrillParts, drillFormat, type SignedDrillReport } from '#lib/evidence/drill/statement.ts';
import { algorithm } from '#lib/evidence/statement.ts';
import { english } from '#lib/model/schema.ts';
import { firstDifference } from './difference.ts';
import { faultOfSignature, signatureSchema } from './verify.ts';

/** The members that the verification needs; the signature and the derived figures cover the rest. */
const keyRef = z.looseObject({ id: z.string(), arn: z.string() });
const instant = z.looseObject({ at: z.string() });
const signedReport = z.strictObject({
  statement: z.looseObject({
    format: z.literal(drillFormat),
    drill: z.looseObject({
      mode: z.enum(['simulated', 'real']),
      outcome: z.enum(['passed', 'failed', 'aborted']),
      waitingPeriodMinutes: z.number(),
      key: keyRef,
      drillKey: z.nullable(keyRef),
      database: z.looseObject({ name: z.string() }),
      findings: z.optional(
        z.looseObject({
          isEventSeen: z.nullable(z.boolean()),
          refusedCall: z.nullable(z.looseObject({ call: z.string(), by: z.string() })),
          contacts: z.looseObject({ reachable: z.number(), bounced: z.array(z.string()) }),
        }),
      ),
      expected: z.looseObject({ stopSeconds: z.nullable(z.number()), restartSeconds: z.nullable(z.number()) }),
      stages: z.array(instant),
      lockout: z.nullable(z.looseObject({ openedAt: z.string(), steps: z.array(instant) })),
    }),
    signedBy: z.looseObject({ keyId: z.string(), algorithm: z.literal(algorithm) }),
    verify: z.array(z.string()),
  }),
  signature: signatureSchema,
});

/** Throws for a text that is not a signed report of a drill, with the first reason. */
export function readDrillReport(text: string): SignedDrillReport {
  const parsed = signedReport.safeParse(JSON.parse(text), english);
  if (parsed.success) return JSON.parse(text) as SignedDrillReport;
  const [issue] = parsed.error.issues;
  throw new Error(`This is not a report of a drill: /${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
}

/** The first fault as a sentence; null for a valid report. `publicKey`: PEM, from KMS. */
export function faultOfDrillReport({ statement, signature }: SignedDrillReport, publicKey: string): string | null {
  const fault = faultOfSignature({ statement, signature }, publicKey);
  if (fault) return fault;
  const expected = JSON.parse(JSON.stringify(derivedDrillParts(statement.drill)));
  const { summary, phases, cost, notShown, fixes } = statement;
  const difference = firstDifference({ summary, phases, cost, notShown, fixes }, expected);
  return difference && `${difference}.`;
}
