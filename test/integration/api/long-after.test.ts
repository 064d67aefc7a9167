/**
 * What happens long after a request: due maintenance begins, and watches ask Step Functions whether an execution that
 * began minutes ago still runs. The clock jumps; an operation of the fleet is held meanwhile.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProcessFleet } from 'process-fleet';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { processFleet } from '#local/process-fleet.ts';
import { shiftClock } from '#test/support/clock.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, lockoutIn } from './preconditions.ts';

let platform: Platform;
let putBack: () => void;
let database: DatabaseResponse;
let arn: string;
let aheadMs = 0;
/** The functions that requested the status of an execution. */
const callers: string[] = [];

beforeAll(async () => {
  putBack = shiftClock(() => aheadMs);
  platform = await aPlatform();
  const { states } = platform.cloud;
  const call = states.call.bind(states);
  states.call = (request) => {
    if (request.operation === 'DescribeExecution') callers.push(request.caller.sessionName ?? '');
    return call(request);
  };
  arn = await platform.keyOfCustomer();
  database = await aServingDatabase(platform, { key: arn, name: 'orders' });
});
afterAll(async () => {
  await platform.close();
  putBack();
});

const minuteMs = 60_000;
/** More than the minutes between two checks of a key whose events arrive. */
const longMs = 10 * minuteMs;

/** Holds an operation of the fleet from its next call until `release`. */
function held(name: 'stopServices' | 'terminate') {
  const fleet = processFleet() as { -readonly [V in keyof ProcessFleet]: ProcessFleet[V] };
  const original = fleet[name];
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  fleet[name] = async (serverIds) => {
    reached.resolve();
    await released.promise;
    return original(serverIds);
  };
  return {
    reached: reached.promise,
    release: () => {
      fleet[name] = original;
      released.resolve();
    },
  };
}

/** Resolves once the function has requested an execution's status after a jump of the clock. */
async function asksAfterJump(functionKey: string): Promise<void> {
  callers.length = 0;
  aheadMs += longMs;
  await until(`${functionKey} asks`, () => callers.includes(functionKey));
}

describe('a sweep during a lockout that takes long', () => {
  it('finds its execution running, and starts no other', async () => {
    const stopping = held('stopServices');
    await platform.kms('DisableKey', { KeyId: arn });
    await stopping.reached;
    const { id } = await lockoutIn(platform, arn, 'stopping_services');
    const runOf = async () => (await lockoutStore().lockoutById(platform.teamId, id))?.run;
    const before = await runOf();

    await asksAfterJump('onSweep');

    expect(await runOf()).toBe(before);
    stopping.release();
    await lockoutIn(platform, arn, 'stopped');
    await platform.kms('EnableKey', { KeyId: arn });
    await lockoutIn(platform, arn, 'restored');
  });
});

describe('a drill whose fork takes long to be destroyed', () => {
  it('waits for the destruction that runs, and begins no other', async () => {
    const terminating = held('terminate');
    const { body } = await platform.ask<{ id: string }>(`POST /v1/keys/${database.key?.id}/drills`, {
      body: { mode: 'simulated' },
    });
    await terminating.reached;

    await asksAfterJump('drill');

    terminating.release();
    const drill = await until('the drill ends', async () => {
      const { body: report } = await platform.ask<{ stage: string }>(`GET /v1/drills/${body.id}`);
      return report.stage === 'ended' && report;
    });
    expect(drill).toMatchObject({ outcome: 'passed' });
  });
});

describe('scheduled maintenance', () => {
  it('begins at its time', async () => {
    const { body } = await platform.ask<{ scheduledFor: string }>('POST /v1/databases/orders/maintenance/schedule', {
      body: { weeks: 1 },
    });
    aheadMs += Date.parse(body.scheduledFor) - Date.now() + minuteMs;

    const past = await until('it is maintained', async () => {
      const { body: now } = await platform.ask<{ past: { startedAt: string }[]; startedAt: string | null }>(
        'GET /v1/databases/orders/maintenance',
      );
      return now.startedAt === null && now.past.length > 0 && now.past;
    });

    expect(past).toMatchObject([{ failure: null, scheduledFor: body.scheduledFor }]);
  });
});
