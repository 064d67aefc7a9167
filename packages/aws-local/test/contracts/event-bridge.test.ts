import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { holds } from '../../test-support/contract.ts';
import { type Place, targetsOf } from '../../test-support/targets.ts';
import { eventBus } from './event-bus.ts';
import { eventPatterns } from './event-patterns.ts';

const connect = async ({ client }: Place) => {
  const world = new EventBridgeClient(client());
  return { world, close: () => world.destroy() };
};

const targets = targetsOf(['ministack'], connect);

holds(eventBus, targets);
holds(eventPatterns, targets);
