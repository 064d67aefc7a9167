/** Step Functions: starting a machine and asking whether it still runs. Names derive from what the execution is for, so none runs twice. */

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
  }[machine];
};

export const workflows = (): Workflows => ({
  /** Starting what was started already is no failure. */
  startWorkflow: async ({ machine, name, input }: Start): Promise<void> => {
    try {
      await sfn().send(
        new StartExecutionCommand({ stateMachineArn: arnOf(machine), name, input: JSON.stringify(input) }),
      );
    } catch (error) {
      if (nameOf(error) === 'ExecutionAlreadyExists') return;
      throw new Transient('Step Functions does not answer', { cause: error });
    }
  },

  /** False when it ended in any way, or was never started. */
  isRunning: async (machine: MachineName, name: string): Promise<boolean> => {
    const executionArn = `${arnOf(machine).replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      return (await sfn().send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
    } catch (error) {
      if (nameOf(error) === 'ExecutionDoesNotExist') return false;
      throw new Transient('Step Functions does not answer', { cause: error });
    }
  },
});
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
