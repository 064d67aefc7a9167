/**
 * Starts executions and reads their status. Names derive from the purpose, so that Step Functions starts each execution
 * once.
 */

import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { workflowConfig } from '#lib/config.ts';
import type { MachineName, Start } from '#lib/model/outbox-message.ts';
import type { Workflows } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';

let client: SFNClient | undefined;
const sfn = (): SFNClient => {
  client ??= new SFNClient({ maxAttempts: 3, ...roleCredentials() });
  return client;
};

const arnOf = (machine: MachineName): string => {
  const config = workflowConfig();
  return {
    'key-shutdown': config.KEY_SHUTDOWN_MACHINE_ARN,
    'key-restart': config.KEY_RESTART_MACHINE_ARN,
    'provision-database': config.PROVISION_DATABASE_MACHINE_ARN,
    'destroy-database': config.DESTROY_DATABASE_MACHINE_ARN,
    'promote-database': config.PROMOTE_DATABASE_MACHINE_ARN,
    'backup-database': config.BACKUP_DATABASE_MACHINE_ARN,
    'daily-backups': config.DAILY_BACKUPS_MACHINE_ARN,
    drill: config.DRILL_MACHINE_ARN,
  }[machine];
};

export const workflows = (): Workflows => ({
  /** Ignores an execution that exists already. */
  startWorkflow: async ({ machine, name, input }: Start): Promise<void> => {
    try {
      await sfn().send(
        new StartExecutionCommand({ stateMachineArn: arnOf(machine), name, input: JSON.stringify(input) }),
      );
    } catch (error) {
      if (errorName(error) === 'ExecutionAlreadyExists') return;
      throw new Transient('Step Functions does not respond', { cause: error });
    }
  },

  /** False if it has ended or was never started. */
  isRunning: async (machine: MachineName, name: string): Promise<boolean> => {
    const executionArn = `${arnOf(machine).replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      return (await sfn().send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
    } catch (error) {
      if (errorName(error) === 'ExecutionDoesNotExist') return false;
      throw new Transient('Step Functions does not respond', { cause: error });
    }
  },
});
const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');
