/** Decrypts credentials with KMS on each request, so that they are unreadable while the key is unusable. */

import type { Credentials, Database } from '#lib/model/database.ts';
import { databaseContext } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import { requireDatabase } from '#lib/model/require.ts';

export type CredentialsDeps = Needs<'decrypt' | 'platformKeyArn'>;

/** Throws `wrong_state` if the database has no endpoint, `key_unusable` while KMS denies access. */
export const credentialsOf =
  (deps: CredentialsDeps) =>
  async (database: Database): Promise<Credentials> => {
    const { endpoint, keyArn, teamId, id, sealedPassword, name, status } = database;
    if (!endpoint || status === 'creating' || status === 'failed') {
      throw wrongState(status, `Database ${name} is ${status} and has no credentials now.`);
    }
    const password = await deps.decrypt(keyArn ?? deps.platformKeyArn(), sealedPassword, databaseContext(teamId, id));
    const at = (port: number) => `default:${password.reveal()}@${endpoint.host}:${port}`;
    const tlsUrl = `rediss://${at(endpoint.tlsPort)}`;
    return { url: database.allowPlaintext ? `redis://${at(endpoint.port)}` : tlsUrl, tlsUrl };
  };

export const readCredentials =
  (deps: CredentialsDeps & { readonly findDatabase: (teamId: string, nameOrId: string) => Promise<Database | null> }) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<Credentials> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    return credentialsOf(deps)(database);
  };
