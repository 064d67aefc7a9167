import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStepFunctions } from '../../src/step-functions/step-functions.ts';
import { accessKey, callerOf, platformAccount } from '../../test-support/accounts.ts';

const program = fileURLToPath(new URL('./step-functions-process.ts', import.meta.url));
const machine = (name: string) => `arn:aws:states:us-east-1:${platformAccount}:stateMachine:${name}`;

let dir: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shop-states-'));
});

afterEach(async () => {
  await kill();
  rmSync(dir, { recursive: true, force: true });
});

function launch() {
  const child = spawn(process.execPath, [program, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  running = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (operation: string, input: Record<string, unknown>) => {
    child.stdin.write(`${JSON.stringify({ operation, input })}\n`);
    const { value } = await lines.next();
    return JSON.parse(value ?? '{}');
  };
}

/** As `kill -9` does. */
async function kill(): Promise<void> {
  if (!running) return;
  const gone = once(running, 'exit');
  running.kill('SIGKILL');
  running = undefined;
  await gone;
}

const calls = () => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n') : []);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come to that in 30 seconds.');
    await sleep(10);
  }
}

const isRunning = async (call: ReturnType<typeof launch>, executionArn: string): Promise<boolean> =>
  (await call('DescribeExecution', { executionArn })).status === 'RUNNING';

async function finished(call: ReturnType<typeof launch>, executionArn: string) {
  const describe = () => call('DescribeExecution', { executionArn });
  await until(async () => (await describe()).status !== 'RUNNING');
  return describe();
}

describe('an execution whose process is killed', () => {
  // That it ends at its first deadline is shown by a clock under control, in test/unit/step-functions/restart.test.ts.
  it('continues its Wait, which it entered once', async () => {
    const { executionArn, startDate } = await launch()('StartExecution', { stateMachineArn: machine('wait') });
    await kill();

    const call = launch();
    const { status, stopDate } = await finished(call, executionArn);
    expect(status).toBe('SUCCEEDED');
    expect(stopDate - startDate).toBeGreaterThanOrEqual(1);

    const { events } = await call('GetExecutionHistory', { executionArn });
    const types = (events as { type: string }[]).map(({ type }) => type);
    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded']);
  });

  it('runs its Task again from the start', async () => {
    const { executionArn } = await launch()('StartExecution', { stateMachineArn: machine('task'), input: '7' });
    await until(() => calls().includes('begin 7'));
    await kill();
    expect(await finished(launch(), executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '7' });
    expect(calls()).toEqual(['begin 7', 'begin 7', 'end 7']);
  });

  it.each(['inline', 'distributed'])(
    'runs no item of a Map that is %s again once its end was journalled',
    async (name) => {
      const items = Array.from({ length: 12 }, (_, index) => index);
      let call = launch();
      const { executionArn } = await call('StartExecution', {
        stateMachineArn: machine(name),
        input: JSON.stringify(items),
      });
      for (const enough of [3, 7]) {
        await until(() => calls().filter((line) => line.startsWith('end')).length >= enough);
        const done = await journalledItems(call, executionArn);
        await kill();
        const begun = calls().length;
        call = launch();
        // On a slow machine, all items may have ended before the kill.
        await until(async () => calls().length > begun || !(await isRunning(call, executionArn)));
        for (const item of done) expect(calls().slice(begun)).not.toContain(`begin ${item}`);
      }
      const result = await finished(call, executionArn);
      expect(result).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify(items) });
      const repeated = calls().filter((line) => line.startsWith('begin')).length - items.length;
      expect(repeated).toBeLessThanOrEqual(2 * 3);
    },
  );
});

/** Items whose success is in a history. */
async function journalledItems(call: ReturnType<typeof launch>, executionArn: string): Promise<number[]> {
  const { mapRuns } = await call('ListMapRuns', { executionArn });
  const arns: string[] = [executionArn];
  for (const { mapRunArn } of mapRuns) {
    const { executions } = await call('ListExecutions', { mapRunArn });
    for (const child of executions) arns.push(child.executionArn);
  }
  const histories = await Promise.all(
    arns.map(async (arn) => (await call('GetExecutionHistory', { executionArn: arn })).events),
  );
  return histories
    .flat()
    .flatMap((event) => (event.type === 'TaskStateExited' ? [Number(event.stateExitedEventDetails.output)] : []));
}

describe('Step Functions under load', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Done' },
      Done: { Type: 'Succeed', Output: '{% $states.input.n %}' },
    },
  };
  const open = () =>
    createStepFunctions({
      dir,
      machines: [{ arn: machine('many'), name: 'many', definition }],
      invoke: async () => null,
    });
  const caller = callerOf(accessKey(platformAccount));
  const callOf = (operation: string, input: Record<string, unknown>) => ({
    operation,
    input,
    caller,
    region: 'us-east-1',
    requestId: 'r',
  });

  it('runs a thousand executions at once', async () => {
    const emulator = await open();
    const names = Array.from({ length: 1000 }, (_, n) => `n${n}`);
    for (const [n, name] of names.entries())
      await emulator.call(
        callOf('StartExecution', { stateMachineArn: machine('many'), name, input: JSON.stringify({ n }) }),
      );
    const list = () =>
      emulator.call(
        callOf('ListExecutions', { stateMachineArn: machine('many'), statusFilter: 'SUCCEEDED', maxResults: 1000 }),
      );
    await until(async () => ((await list()) as { executions: unknown[] }).executions.length === 1000);
    const executionArn = `${machine('many').replace('stateMachine', 'execution')}:n999`;
    expect(await emulator.call(callOf('DescribeExecution', { executionArn }))).toMatchObject({ output: '999' });
    await emulator.close();
  });

  it('starts in less than half a second of CPU time over ten thousand finished executions', async () => {
    mkdirSync(join(dir, 'executions'), { recursive: true });
    const lines = Array.from({ length: 10_000 }, (_, index) => {
      const arn = `${machine('many').replace('stateMachine', 'execution')}:n${index}`;
      const times = { startDate: 1_700_000_000_000, stopDate: null };
      const identity = {
        number: index + 1,
        arn,
        name: `n${index}`,
        machineArn: machine('many'),
        definition: 'none',
        mapRunArn: null,
      };
      const closed = { closed: arn, status: 'SUCCEEDED', stopDate: 1_700_000_001_000 };
      const opened = { execution: { ...identity, ...times, status: 'RUNNING' } };
      return `${JSON.stringify(opened)}\n${JSON.stringify(closed)}\n`;
    });
    writeFileSync(join(dir, 'index.jsonl'), lines.join(''));
    const before = process.cpuUsage();
    const emulator = await open();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
    const page = (await emulator.call(
      callOf('ListExecutions', { stateMachineArn: machine('many'), maxResults: 1 }),
    )) as {
      executions: unknown[];
    };
    expect(page.executions).toEqual([expect.objectContaining({ name: 'n9999', status: 'SUCCEEDED' })]);
    await emulator.close();
  });
});
