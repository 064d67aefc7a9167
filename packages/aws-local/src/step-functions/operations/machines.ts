/**
 * ListStateMachines, DescribeStateMachine.
 * Source: Step Functions API reference.
 * Does not: know versions, aliases, logging or tracing.
 */
import { accountOf, roleOf } from '../arn.ts';
import { type Machine, type Operation, requireArn, requireMachine, seconds } from './operation.ts';
import { pageOf } from './paging.ts';

const summary = ({ arn, name, created }: Machine) => ({
  stateMachineArn: arn,
  name,
  type: 'STANDARD',
  creationDate: seconds(created),
});

export const listStateMachines: Operation = ({ machines }, { input, caller }) => {
  const own = [...machines.values()].filter(({ arn }) => accountOf(arn) === caller.accountId);
  const entries = own.map((machine, place) => ({ machine, place }));
  const { page, nextToken } = pageOf(input, {
    list: `machines ${caller.accountId}`,
    entries,
    key: ({ place }) => place,
  });
  return {
    stateMachines: page.map(({ machine }) => summary(machine)),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

export const describeStateMachine: Operation = (service, request) => {
  const machine = requireMachine(service, requireArn(request, 'stateMachineArn', 'stateMachine'));
  return {
    ...summary(machine),
    status: 'ACTIVE',
    definition: machine.definition.source,
    roleArn: machine.role?.arn ?? roleOf(machine.arn),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    revisionId: machine.definition.hash,
  };
};
