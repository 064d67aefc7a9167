/** Where the data plane has no access key of its own, as on AWS, a key's grants are listed as the function's role. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { dataPlaneRole } from '#local/accounts.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({ settings: { DATA_PLANE_ACCESS_KEY_ID: '' } });
});
afterAll(() => platform.close());

it('lists the grants that others created for the platform', async () => {
  const arn = await platform.keyOfCustomer();
  const grant = {
    KeyId: arn,
    GranteePrincipal: dataPlaneRole,
    RetiringPrincipal: dataPlaneRole,
    Operations: ['Decrypt'],
  };
  const { GrantId } = await platform.kms('CreateGrant', grant);
  const { id } = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body;

  const { status, body } = await platform.ask<{ items: object[] }>(`GET /v1/keys/${id}/grants`);

  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    { id: GrantId, grantee: dataPlaneRole, status: 'active', operations: ['Decrypt'] },
  ]);
});
