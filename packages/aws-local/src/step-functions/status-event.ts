/**
 * The events of an execution's start and end, for the default bus of its account.
 * Does not: send events of a distributed Map's children, or omit an input that is too long for an event.
 * Source: Step Functions guide, "Automating Step Functions event delivery with EventBridge".
 */
import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../event-bridge/bus-event.ts';
import { accountOf } from './arn.ts';
import type { Closing } from './cursor.ts';
import type { Execution } from './execution.ts';

/** `closing` is undefined for the start. */
export function statusEvent({ record, input }: Execution, closing: Closing | undefined): BusEvent {
  const at = closing?.stopDate ?? record.startDate;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountOf(record.arn),
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: record.arn.split(':')[3] ?? '',
    resources: [record.arn],
    detail: {
      ...{ executionArn: record.arn, stateMachineArn: record.machineArn, name: record.name },
      ...{ status: closing?.status ?? 'RUNNING', startDate: record.startDate, stopDate: closing?.stopDate ?? null },
      ...{ input, output: closing?.output === undefined ? null : JSON.stringify(closing.output) },
      ...{ error: closing?.error ?? null, cause: closing?.cause ?? null },
    },
  };
}
