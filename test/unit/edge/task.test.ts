/** The wrapper of a state machine's step: output, errors and retries. */
import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { listener } from '#lib/edge/listener.ts';
import { step, task } from '#lib/edge/task.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';

const context = { getRemainingTimeInMillis: () => 1000 } as Context;
const Input = () => z.object({ teamId: z.string() });
const anEvent = { step: 'Stop services', teamId: 'team_1' };
const running = (work: () => Promise<unknown>, event: unknown = anEvent) =>
  Promise.resolve(task(() => ({ 'Stop services': step(Input, work) }))(event, context));

describe('a step of a state machine', () => {
  it('returns what its operation returns, and null for nothing', async () => {
    expect(await running(async () => ({ done: 3 }))).toEqual({ done: 3 });
    expect(await running(async () => undefined)).toBeNull();
  });

  it('stops permanently on an input that does not fit', async () => {
    const refused = running(async () => null, { ...anEvent, teamId: 1 });
    await expect(refused).rejects.toBeProblem('invalid_request');
    await expect(refused).rejects.toThrow('expected string, received number');
  });

  it('is the one that the machine names, and no other runs', async () => {
    const ran: string[] = [];
    const named = (name: string) => step(Input, async () => void ran.push(name));
    const machine = task(() => ({ 'Stop services': named('services'), 'Stop servers': named('servers') }));

    await machine({ ...anEvent, step: 'Stop servers' }, context);

    expect(ran).toEqual(['servers']);
  });

  it.each([['Start servers'], ['toString'], [undefined], [7]])(
    'stops for good on an unknown step, as %p',
    async (name) => {
      const refused = running(async () => null, { ...anEvent, step: name });
      await expect(refused).rejects.toBeProblem('invalid_request');
      await expect(refused).rejects.toThrow('Unknown step');
    },
  );

  it('stops permanently on an input that is nothing', async () => {
    await expect(running(async () => null, null)).rejects.toBeProblem('invalid_request');
  });

  it('throws the two errors that machines branch on as they are', async () => {
    await expect(running(() => Promise.reject(new Transient('Not yet')))).rejects.toMatchObject({
      name: 'Transient',
      message: 'Not yet',
    });
    await expect(running(() => Promise.reject(new Problem('key_unusable', 'Off')))).rejects.toBeProblem('key_unusable');
  });

  it('is retried when concurrent writes changed its row repeatedly', async () => {
    await expect(running(() => Promise.reject(new Problem('version_mismatch', 'Changed')))).rejects.toMatchObject({
      name: 'Transient',
    });
  });

  it('lets the execution’s history read nothing of a foreign error, and is tried again', async () => {
    await expect(running(() => Promise.reject(new Error('redis://:p4ssw0rd@host')))).rejects.toMatchObject({
      name: 'Transient',
      message: expect.not.stringContaining('p4ssw0rd'),
    });
  });

  it('assembles what it touches once, on the first event', async () => {
    let assembled = 0;
    const machine = task(() => {
      assembled += 1;
      return { 'Stop services': step(Input, async () => null) };
    });

    expect(assembled).toBe(0);

    await machine(anEvent, context);
    await machine(anEvent, context);

    expect(assembled).toBe(1);
  });
});

describe('a listener', () => {
  const event = {
    id: 'e-1',
    source: 'aws.kms',
    'detail-type': 'X',
    account: '111122223333',
    time: '2026-11-24T11:00:00Z',
    detail: {},
  };

  it('is given the envelope, with resources even where there are none', async () => {
    const seen: unknown[] = [];
    await listener(() => async (each) => void seen.push(each))(event, context);
    expect(seen).toEqual([{ ...event, resources: [] }]);
  });

  it('throws what its work throws, so that the event comes again', async () => {
    const listening = listener(() => () => Promise.reject(new Transient('Not yet')));
    await expect(Promise.resolve(listening(event, context))).rejects.toMatchObject({ name: 'Transient' });
  });
});
