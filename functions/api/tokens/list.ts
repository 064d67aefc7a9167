/** GET /v1/tokens: the team's tokens, without their secrets. */
import { ListTokens, tokenView } from '#lib/contracts/tokens.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { teamStore } from '#lib/store/teams.ts';

export const handler = endpoint(ListTokens, () => {
  const { tokensOf } = teamStore();
  return async ({ teamId }) => ({ items: (await tokensOf(teamId)).map(tokenView), cursor: null });
});
