/** GET /v1/health: whether the API and its table answer. */
import { GetHealth } from '#lib/contracts/tokens.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { readRow } from '#lib/store/table.ts';

export const handler = endpoint(GetHealth, () => async () => {
  await readRow({ pk: 'HEALTH', sk: 'HEALTH' });
  return { status: 'ok' as const };
});
