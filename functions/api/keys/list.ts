/** GET /v1/keys: the team's keys, or the one of an ARN. */

import { keyView, ListKeys } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { findKeys } from '#lib/keys/find.ts';
import { listPage } from '#lib/model/cursor.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = endpoint(ListKeys, () => {
  const page = listPage({ prefix: 'KEY#', list: keyStore().listKeys, view: keyView });
  const byArn = findKeys(keyStore());
  return async ({ arn, ...request }) =>
    arn === undefined ? page(request) : { items: (await byArn(request.teamId, arn)).map(keyView), cursor: null };
});
