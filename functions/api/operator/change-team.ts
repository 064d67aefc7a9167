/** PATCH /v1/operator/teams/{team}: the operator sets a team's mail domains. */

import { ChangeTeam } from '#lib/contracts/recipients.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { teamStore } from '#lib/store/teams.ts';
import { changeTeam } from '#lib/teams/mail-domains.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(ChangeTeam, () => {
  const change = changeTeam({ ...teamStore(), ...recipientReader(), ...recorder(), now });
  return ({ caller, ...request }) => change({ ...request, operator: caller?.operator ?? false });
});
