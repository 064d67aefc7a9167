/**
 * DescribeExecution, ListExecutions, StopExecution, GetExecutionHistory.
 * Source: Step Functions API reference.
 * Does not: redrive.
 */
import { AwsError } from '../../protocol.ts';
import { readJournal } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';
import type { ExecutionRecord, Status } from '../register.ts';
import { choice, flag, optionalText } from './input.ts';
import {
  type Operation,
  type Request,
  requireArn,
  requireExecution,
  requireMachine,
  type Service,
  seconds,
  stopped,
} from './operation.ts';
import { pageOf } from './paging.ts';

const statuses: readonly (Status | 'PENDING_REDRIVE')[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];

const summary = (record: ExecutionRecord) => ({
  executionArn: record.arn,
  stateMachineArn: record.machineArn,
  name: record.name,
  status: record.status,
  startDate: seconds(record.startDate),
  ...stopped(record.stopDate),
  ...(record.mapRunArn === null ? {} : { mapRunArn: record.mapRunArn, itemCount: 1 }),
  redriveCount: 0,
});

export const describeExecution: Operation = (service, request) => {
  const record = requireExecution(service, request);
  const { itemCount, ...described } = { itemCount: 0, ...summary(record) };
  const { head, entries } = readJournal(service.engine.register.journalOf(record));
  const { output, error, cause } = entries.at(-1)?.closing ?? {};
  const redrivable =
    record.status === 'RUNNING'
      ? 'Execution is RUNNING and cannot be redriven'
      : 'Redrive is not supported by this emulator';
  return {
    ...described,
    input: head.input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: redrivable,
  };
};

export const listExecutions: Operation = (service, request) => {
  const owner = ownerOf(service, request);
  const status = choice(request.input, 'statusFilter', statuses);
  const redriven = choice(request.input, 'redriveFilter', ['REDRIVEN', 'NOT_REDRIVEN']) === 'REDRIVEN';
  const all = service.engine.register
    .executionsOf(owner)
    .filter((record) => !redriven && (status === undefined || record.status === status));
  const list = `executions ${owner} ${status ?? ''}`;
  const { page, nextToken } = pageOf(request.input, { list, entries: all.toReversed(), key: ({ number }) => number });
  return { executions: page.map(summary), ...(nextToken === undefined ? {} : { nextToken }) };
};

/** A state machine or a Map run. A child execution is listed by its run only. */
function ownerOf(service: Service, request: Request): string {
  const mapRun = optionalText(request.input, 'mapRunArn');
  const machine = optionalText(request.input, 'stateMachineArn');
  if ((mapRun === undefined) === (machine === undefined))
    throw new AwsError('ValidationException', 'You must specify exactly one of stateMachineArn and mapRunArn.');
  if (mapRun === undefined) return requireMachine(service, requireArn(request, 'stateMachineArn', 'stateMachine')).arn;
  const arn = requireArn(request, 'mapRunArn', 'mapRun');
  if (!service.engine.register.mapRun(arn))
    throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, { fields: { resourceName: arn } });
  return arn;
}

export const stopExecution: Operation = (service, request) => {
  const record = requireExecution(service, request);
  const error = optionalText(request.input, 'error', { max: 256 });
  const cause = optionalText(request.input, 'cause', { max: 32_768 });
  const running = service.engine.active.get(record.arn);
  const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  if (running) service.engine.conclude(running, { status: 'ABORTED', ...why });
  return stopped(service.engine.register.execution(record.arn)?.stopDate ?? null);
};

export const getExecutionHistory: Operation = (service, request) => {
  const record = requireExecution(service, request);
  const reverse = flag(request.input, 'reverseOrder');
  const events = readJournal(service.engine.register.journalOf(record)).entries.flatMap((entry) => entry.events);
  const list = `history ${record.arn} ${reverse}`;
  const { page, nextToken } = pageOf(request.input, {
    list,
    entries: reverse ? events.toReversed() : events,
    key: ({ id }) => id,
  });
  const shown = (request.input.includeExecutionData ?? true) ? page : page.map(withoutData);
  return { events: shown, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** Leaves the payloads out of an event's details. */
function withoutData(event: HistoryEvent): unknown {
  const payload = (name: string, value: unknown) =>
    ['input', 'output', 'assignedVariables'].includes(name) ? undefined : value;
  return JSON.parse(JSON.stringify(event, payload));
}
