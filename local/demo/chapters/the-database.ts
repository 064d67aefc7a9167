/** The developer asks for a database under the customer's key. */

import { type Places, placesIn } from 'process-fleet/places';
import { readRecord, serverIdsIn } from 'process-fleet/record';
import * as z from 'zod/mini';
import { DatabaseView } from '#lib/contracts/databases.ts';
import { DemoFailure } from '../failure.ts';
import { check } from '../stage.ts';
import { until } from '../until.ts';
import type { Play, World } from '../world.ts';

export interface DemoDatabase {
  readonly name: string;
  readonly keyArn: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly url: string;
  /** Where its server's files are. */
  readonly places: Places;
}

const name = 'orders';
const plan = 'private-7';
const app = 'your-app-name';

export async function theDatabase({ stage, world }: Play, keyArn: string): Promise<DemoDatabase> {
  stage.chapter(
    'A database under it',
    'A developer asks for Redis, encrypted under that key. Latchkey checks the key, makes a grant on it for this ' +
      "database's server, and starts a real Redis whose volume is encrypted under a data key that only the " +
      "customer's key unwraps.",
  );
  const body = { name, plan, app, encryptionKey: keyArn };
  const shown = `{ name: ${name}, plan: ${plan}, app: ${app}, encryptionKey: $CMK_ARN }`;
  const { id } = await stage.do(world.api.post('/v1/databases', { body, shown, responseSchema: DatabaseView() }));
  const { port, tlsPort } = await stage.see(
    'database available',
    available(world),
    ({ port }) => `database available, on port ${port}`,
  );
  const { url } = await world.api.read(`/v1/databases/${name}/credentials`, z.object({ url: z.string() }));
  return { name, keyArn, port, tlsPort, url, places: await placesOf(world, id) };
}

const available = ({ api }: World) =>
  until('the database available', async () => {
    const { status, failure, endpoint } = await api.read(`/v1/databases/${name}`, DatabaseView());
    check(status !== 'failed', `The database failed: ${failure?.detail}`);
    return status === 'available' ? endpoint : null;
  });

async function placesOf({ serversDir, memoryDir }: World, databaseId: string): Promise<Places> {
  for (const serverId of serverIdsIn(serversDir)) {
    const places = placesIn(serversDir, memoryDir, serverId);
    if ((await readRecord(places.record))?.databaseId === databaseId) return places;
  }
  throw new DemoFailure('The database has no server.');
}
