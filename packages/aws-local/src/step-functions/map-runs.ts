/**
 * Runs of distributed Maps: one child execution per item. Its name derives from the run and the item, so that no item
 * is started twice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { executionArn, labelledArn, mapRunArn } from './arn.ts';
import { assertMayStart } from './authorization.ts';
import type { Closing } from './cursor.ts';
import type { Engine } from './engine-interface.ts';
import type { Execution } from './execution.ts';
import { Halted } from './failure.ts';
import type { ItemOutcome, Step } from './state.ts';

type MapRuns = Pick<Step, 'newMapRun' | 'openMapRun' | 'runChild' | 'closeMapRun'>;

export function createMapRuns(engine: Engine, parent: Execution): MapRuns {
  const { register, host } = engine;
  const [machineArn = ''] = parent.record.machineArn.split('/');
  return {
    newMapRun: (label) => mapRunArn(machineArn, label, randomUUID()),
    openMapRun: ({ arn, processor, progress }) => {
      const known = register.mapRun(arn);
      if (known) return known.status;
      assertMayStart(host.roleOf?.(machineArn), machineArn);
      register.addMapRun({
        arn,
        executionArn: parent.record.arn,
        machineArn: labelledArn(machineArn, processor.label),
        label: processor.label,
        startDate: host.now(),
        maxConcurrency: progress.concurrency,
        toleratedCount: progress.toleratedCount,
        toleratedPercentage: progress.toleratedPercentage,
        total: progress.items.length,
        status: 'RUNNING',
        stopDate: null,
      });
      return 'RUNNING';
    },
    runChild: async ({ run, index, select }) => {
      const name = childName(run.arn, index);
      const label = run.processor.label;
      const known = register.execution(executionArn(labelledArn(machineArn, label), name));
      if (known) return outcomeOf(await endOf(engine, known.arn));
      const input = JSON.stringify(await select());
      if (parent.stopped.signal.aborted || register.mapRun(run.arn)?.status !== 'RUNNING') throw new Halted();
      const child = { mapRunArn: run.arn, label };
      const { arn } = engine.start({ machineArn, name, input, definition: parent.definition, child });
      return outcomeOf(await endOf(engine, arn));
    },
    closeMapRun: (arn, status) => closeMapRun(engine, arn, status),
  };
}

/** A UUID that derives from the run and the index. */
function childName(runArn: string, index: number): string {
  const hex = createHash('sha256').update(`${runArn} ${index}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

async function endOf(engine: Engine, arn: string): Promise<Closing | undefined> {
  const running = engine.active.get(arn);
  if (running) return running.ended.promise;
  const record = engine.register.execution(arn);
  return record && engine.closingOf(record);
}

const outcomeOf = (closing: Closing | undefined): ItemOutcome =>
  closing?.status === 'SUCCEEDED'
    ? { output: closing.output ?? null }
    : { error: closing?.error, text: closing?.cause };

function closeMapRun(engine: Engine, arn: string, status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
  if (engine.register.mapRun(arn)?.status !== 'RUNNING') return;
  engine.register.close(arn, status, engine.host.now());
  for (const child of engine.register.executionsOf(arn)) {
    const running = engine.active.get(child.arn);
    if (running) engine.conclude(running, { status: 'ABORTED' });
  }
}

/** Ends the runs of an ended execution. */
export function stopMapRuns(engine: Engine, parentArn: string): void {
  for (const run of engine.register.mapRunsOf(parentArn)) closeMapRun(engine, run.arn, 'ABORTED');
}
