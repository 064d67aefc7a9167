/**
 * Changes of a team: its tokens, the addresses that get its mails, and its mail domains. They are a function of their
 * own, so that the only code that issues tokens shares no instance with other operations.
 */
import { ChangeTeam, ConfirmRecipient, recipientView } from '#lib/contracts/recipients.ts';
import { CreateToken, RevokeToken, tokenView } from '#lib/contracts/tokens.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import { restApi } from '#lib/wiring/rest-api.ts';
import * as teams from '#lib/wiring/teams.ts';

export const handler = restApi(() => {
  const create = teams.addToken();
  const change = teams.change();
  return {
    'POST /v1/tokens': route(CreateToken, async (request) => {
      const { token, secret } = await create({
        ...request,
        operator: request.caller?.operator ?? false,
        makerId: request.caller?.tokenId ?? '',
      });
      return { ...tokenView(token), token: secret };
    }),
    'DELETE /v1/tokens/{token}': route(RevokeToken, teams.revoke()),
    'POST /v1/recipients/{recipient}/confirmation': route(
      ConfirmRecipient,
      withView(teams.confirmAddress(), recipientView),
    ),
    'PATCH /v1/operator/teams/{team}': route(ChangeTeam, ({ caller, ...request }) =>
      change({ ...request, operator: caller?.operator ?? false }),
    ),
  };
});
