import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { holds } from './contract.ts';
import { eventBus } from './event-bus.ts';
import { eventPatterns } from './event-patterns.ts';
import { type Place, targetsOf } from './targets.ts';

const connect = async ({ client }: Place) => {
  const world = new EventBridgeClient(client());
  return { world, close: () => world.destroy() };
};

const targets = targetsOf(['ministack'], connect);

holds(eventBus, targets);
holds(eventPatterns, targets);
