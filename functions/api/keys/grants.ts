/** GET /v1/keys/{key}/grants: the platform's grants on the key, as KMS has them. */
import { grantReader } from '#lib/aws/kms-grants.ts';
import { ListGrants } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listGrants } from '#lib/grants/list.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = endpoint(ListGrants, () => listGrants({ ...keyStore(), ...databaseStore(), ...grantReader() }));
