/** A platform with its console built, and the links and keys that the tests of the console begin with. */
import { writeConsole } from '#console/build.ts';
import { signInLink } from '#local/sign-in-link.ts';
import { until } from '#local/test-support/until.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

export interface ConsoleWorld extends Platform {
  readonly url: string;
  /** Signs in once. */
  link(): Promise<string>;
  /** A registered key with databases that serve. */
  keyWithDatabases(description: string, names: readonly string[]): Promise<{ id: string; arn: string }>;
  /** The id of the key's lockout, once it has stopped everything. */
  stoppedLockout(keyId: string): Promise<string>;
}

interface WorldOptions {
  readonly speed?: number;
  readonly databases?: number;
}

export async function aConsole({ speed = 60, databases }: WorldOptions = {}): Promise<ConsoleWorld> {
  await writeConsole();
  const platform = await aPlatform({ speed, ...(databases === undefined ? {} : { databases }) });
  const apiUrl = platform.cloud.urls.api;
  return {
    ...platform,
    url: `${apiUrl}/console`,
    link: () => signInLink({ apiUrl, token: platform.tokens.adminToken }),
    keyWithDatabases: async (description, names) => {
      const arn = await platform.keyOfCustomer({ Description: description });
      const { id } = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body;
      for (const name of names) {
        const body = { name, plan: 'private-7', app: 'your-app-name', encryptionKey: arn };
        await platform.ask('POST /v1/databases', { body });
      }
      await until('the databases serve', async () => {
        const found = await platform.ask<{ items: { name: string; status: string }[] }>('GET /v1/databases');
        return names.every((name) =>
          found.body.items.some((each) => each.name === name && each.status === 'available'),
        );
      });
      return { id, arn };
    },
    stoppedLockout: async (keyId) => {
      const lockouts = async () =>
        (await platform.ask<{ items: { id: string; key: { id: string }; state: string }[] }>('GET /v1/lockouts')).body;
      const found = await until(
        'everything on the key is stopped',
        async () => (await lockouts()).items.find(({ key, state }) => key.id === keyId && state === 'stopped') ?? null,
      );
      return found.id;
    },
  };
}
