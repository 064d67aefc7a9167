/** ListMapRuns, DescribeMapRun. Source: Step Functions API reference. Does not: redrive, or write results to S3. */
import { AwsError } from '../../protocol.ts';
import type { MapRunRecord, Register, Status } from '../register.ts';
import { type Operation, requireArn, requireExecution, seconds, stopped } from './operation.ts';
import { pageOf } from './paging.ts';

export const listMapRuns: Operation = (service, request) => {
  const { arn } = requireExecution(service, request);
  const entries = service.engine.register.mapRunsOf(arn).map((run, place) => ({ run, place }));
  const { page, nextToken } = pageOf(request.input, {
    list: `runs ${arn}`,
    entries: entries.toReversed(),
    key: ({ place }) => place,
  });
  const mapRuns = page.map(({ run }) => ({
    mapRunArn: run.arn,
    executionArn: arn,
    stateMachineArn: run.machineArn,
    startDate: seconds(run.startDate),
    ...stopped(run.stopDate),
  }));
  return { mapRuns, ...(nextToken === undefined ? {} : { nextToken }) };
};

export const describeMapRun: Operation = ({ engine }, request) => {
  const arn = requireArn(request, 'mapRunArn', 'mapRun');
  const run = engine.register.mapRun(arn);
  if (!run) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, { fields: { resourceName: arn } });
  const counts = countsOf(engine.register, run);
  return {
    mapRunArn: arn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: seconds(run.startDate),
    ...stopped(run.stopDate),
    maxConcurrency: run.maxConcurrency,
    toleratedFailureCount: run.toleratedCount,
    toleratedFailurePercentage: run.toleratedPercentage,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: 0,
  };
};

/** Each item has one execution. Items without one are `pending`. */
function countsOf(register: Register, { arn, total }: MapRunRecord) {
  const children = register.executionsOf(arn);
  const number = (status: Status) => children.filter((child) => child.status === status).length;
  return {
    pending: total - children.length,
    running: number('RUNNING'),
    succeeded: number('SUCCEEDED'),
    failed: number('FAILED'),
    timedOut: number('TIMED_OUT'),
    aborted: number('ABORTED'),
    total,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
