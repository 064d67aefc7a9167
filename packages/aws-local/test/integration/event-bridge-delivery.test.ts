import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customerAccount } from '../../test-support/accounts.ts';
import {
  aWorld,
  entry,
  forwardKms,
  handler,
  keyDisabled,
  platformBus,
  stranger,
  until,
  type World,
} from './event-bridge-world.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld();
});
afterEach(() => world.end());

describe('forwarding', () => {
  it("takes a customer's event to the platform's targets, once the customer set it up", async () => {
    await world.eventBridge.put(keyDisabled(customerAccount));
    expect(await forwardKms(world.customer)).toMatchObject({ FailedEntryCount: 0 });
    await world.eventBridge.put({ ...keyDisabled(customerAccount), id: 'after' });
    await until(() => world.delivered.length > 0);
    expect(world.delivered).toEqual([{ targetArn: handler, event: { ...keyDisabled(customerAccount), id: 'after' } }]);
  });

  it('is refused to an account that the bus does not admit', async () => {
    await forwardKms(world.clientOf(stranger));
    await world.eventBridge.put(keyDisabled(stranger));
    await until(async () => (await world.deadLetters()).length > 0);
    expect(await world.deadLetters()).toMatchObject([{ targetArn: platformBus, event: { account: stranger } }]);
    expect(world.delivered).toEqual([]);
  });

  it("never reaches another account's function directly", async () => {
    await world.customer.send(
      new PutRuleCommand({ Name: 'sneak', EventPattern: JSON.stringify({ source: ['my.app'] }) }),
    );
    await world.customer.send(new PutTargetsCommand({ Rule: 'sneak', Targets: [{ Id: '1', Arn: handler }] }));
    await world.customer.send(new PutEventsCommand({ Entries: [entry()] }));
    await until(async () => (await world.deadLetters()).length > 0);
    expect(world.delivered).toEqual([]);
  });
});

describe('delivery', () => {
  beforeEach(() => forwardKms(world.customer));

  it('is tried again until it succeeds', async () => {
    world.failing.times = 2;
    await world.eventBridge.put(keyDisabled(customerAccount));
    await until(() => world.delivered.length > 0);
    expect(world.failing.times).toBe(0);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('ends among the dead letters when it keeps failing', async () => {
    world.failing.times = 3;
    await world.eventBridge.put(keyDisabled(customerAccount));
    await until(async () => (await world.deadLetters()).length > 0);
    expect(await world.deadLetters()).toMatchObject([
      { targetArn: handler, error: 'Error: not now', event: { source: 'aws.kms' } },
    ]);
    await world.restart();
    expect(world.delivered).toEqual([]);
  });

  it('continues after a restart', async () => {
    await world.restart([60_000]);
    world.failing.times = 1;
    await world.eventBridge.put(keyDisabled(customerAccount));
    await until(() => world.failing.times === 0);
    await world.restart();
    await until(() => world.delivered.length > 0);
    expect(world.delivered).toEqual([{ targetArn: handler, event: keyDisabled(customerAccount) }]);
    await world.restart();
    expect(world.delivered).toHaveLength(1);
  });
});
