/** Closing the local cloud in phases. */
import { describe, expect, it } from '@jest/globals';
import { createClosers } from '#local/closers.ts';
import { createGate } from '#local/gate.ts';

describe('closing', () => {
  it('goes by phases, however things were opened, and happens once', async () => {
    const order: string[] = [];
    const closers = createClosers();
    for (const phase of ['lock', 'triggers', 'stores', 'databases'] as const)
      closers.add({ phase, name: phase, close: async () => order.push(phase) });

    await Promise.all([closers.closeAll(), closers.closeAll()]);

    expect(order).toEqual(['triggers', 'databases', 'stores', 'lock']);
  });

  it('continues after a failure or a timeout, and reports it', async () => {
    const closers = createClosers();
    let locked = true;
    closers.add({ phase: 'triggers', name: 'the API', close: () => Promise.reject(new Error('broken')) });
    closers.add({ phase: 'databases', name: 'the databases', close: () => new Promise(() => {}), limitMs: 20 });
    closers.add({
      phase: 'lock',
      name: 'the lock',
      close: async () => {
        locked = false;
      },
    });

    expect(await closers.closeAll()).toEqual(['the API: Error: broken', 'the databases: not closed after 0.02 s']);
    expect(locked).toBe(false);
  });
});

describe('the gate before the functions', () => {
  it('holds invocations until it opens, and lets the running ones end when it closes', async () => {
    const gate = createGate();
    const end = Promise.withResolvers<string>();
    const invocation = gate.invoke('f', 1);
    gate.open({ invoke: () => end.promise });
    const running = gate.invoke('f', 2);
    await Promise.resolve();
    const closed = gate.close().then(() => 'closed');
    end.resolve('answer');

    expect(await Promise.all([invocation, running])).toEqual(['answer', 'answer']);
    expect(await closed).toBe('closed');
    await expect(gate.invoke('f', 3)).rejects.toMatchObject({ name: 'ServiceException' });
  });

  it('refuses what waits when it closes before it opened', async () => {
    const gate = createGate();
    const waiting = gate.invoke('f', 1);
    await gate.close();

    await expect(waiting).rejects.toMatchObject({ name: 'ServiceException' });
  });
});
