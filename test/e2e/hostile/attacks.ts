/**
 * Attacks of a tenant with valid credentials on its own database, so that it keeps running or stays readable. Each runs
 * in the background.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { World } from 'process-fleet/test-support/given';

interface Target {
  readonly world: Pick<World, 'client'>;
  readonly serverId: string;
  /** The fleet's limits. */
  readonly maxClients: number;
}

/** Resolves once the attack has begun; its responses are not awaited. */
export type Attack = (target: Target) => Promise<void>;

const ignore = (response: Promise<unknown>) => void response.catch(() => undefined);

/** Resolves when the service is busy and does not respond to new clients. */
async function begun(client: Redis): Promise<void> {
  const isBusy = () => Promise.race([client.ping().then(() => false), sleep(300, true)]);
  for (let tries = 0; tries < 50; tries += 1) if (await isBusy().catch(() => true)) return;
  throw new Error('The attack did not keep the service busy.');
}

const asking =
  (send: (client: Redis) => Promise<unknown> | undefined): Attack =>
  async ({ world, serverId }) => {
    const [attacker, witness] = [await world.client(serverId), await world.client(serverId)];
    const sent = send(attacker);
    if (sent) ignore(sent);
    await begun(witness);
  };

const loop = "while true do redis.call('PUBLISH', 'out', redis.call('GET', 'secret')) end";
const library = (name: string, body: string) => `#!lua name=${name}\n${body}`;

export const attacks: Readonly<Record<string, Attack>> = {
  'a script that has written and never ends': asking((client) => client.eval(`redis.call('SET', 't', '1') ${loop}`, 0)),
  'a script that reads and never ends': asking((client) => client.eval(loop, 0)),
  'a function that has written and never ends': async (target) => {
    const code = library('endless', `redis.register_function('f', function() redis.call('SET', 't', '1') ${loop} end)`);
    await (await target.world.client(target.serverId)).call('FUNCTION', 'LOAD', code);
    await asking((client) => client.call('FCALL', 'f', '0'))(target);
  },
  'one endless script after another': async (target) => {
    const { world, serverId } = target;
    const clients = await Promise.all(Array.from({ length: 20 }, () => world.client(serverId)));
    const witness = await world.client(serverId);
    for (const [index, client] of clients.entries()) ignore(client.eval(`local n = ${index} ${loop}`, 0));
    await begun(witness);
  },
  'a pipeline of slow commands': async (target) => {
    const client = await target.world.client(target.serverId);
    await client.eval("for n = 1, 300000 do redis.call('SADD', 'many', n) end", 0);
    await asking((attacker) => {
      const pipeline = attacker.pipeline();
      for (let count = 0; count < 400; count += 1) pipeline.call('SORT', 'many', 'ALPHA', 'LIMIT', '0', '1');
      return pipeline.exec();
    })(target);
  },
  'every connection held': async ({ world, serverId, maxClients }) => {
    const clients = Array.from({ length: maxClients }, () => world.client(serverId).catch(() => null));
    await Promise.all(clients);
  },
  'transactions, blocking commands and waits that never end': async ({ world, serverId }) => {
    const [multi, popping, waiting, tracking] = await Promise.all(
      Array.from({ length: 4 }, () => world.client(serverId)),
    );
    await multi?.call('MULTI');
    await multi?.call('SET', 'never', 'executed');
    if (popping) ignore(popping.call('BLPOP', 'nothing', '0'));
    if (waiting) ignore(waiting.call('WAIT', '9', '0'));
    await tracking?.call('HELLO', '3');
    await tracking?.call('CLIENT', 'TRACKING', 'ON', 'BCAST');
  },
  'memory that is full': async ({ world, serverId }) => {
    const client = await world.client(serverId);
    const value = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 1000; count += 1) {
      const refused = await client.set(`fill:${count}`, value).catch(String);
      if (refused !== 'OK') return;
    }
    throw new Error('Its memory has no limit.');
  },
  'libraries that take long to load': async ({ world, serverId }) => {
    const client = await world.client(serverId);
    // Redis takes half a second for each when it is sent; a start loads them one after another.
    for (let count = 0; count < 12; count += 1) {
      const body = `for n = 1, 10000000 do end redis.register_function('slow${count}', function() return 1 end)`;
      await client.call('FUNCTION', 'LOAD', library(`slow${count}`, body)).catch(() => undefined);
    }
  },
};
