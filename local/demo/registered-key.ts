/** The customer's keys, as Latchkey knows them. */
import * as z from 'zod/mini';
import { pageOf } from '#lib/contracts/operation.ts';
import { DemoFailure } from './failure.ts';
import type { World } from './world.ts';

/** Latchkey's id of a key that a database uses, or that was registered. */
export async function registeredKeyId({ api }: World, keyArn: string): Promise<string> {
  const path = `/v1/keys?arn=${encodeURIComponent(keyArn)}`;
  const { items } = await api.read(path, pageOf(z.object({ id: z.string() })));
  const [key] = items;
  if (!key) throw new DemoFailure(`Latchkey does not know the key ${keyArn}.`);
  return key.id;
}
