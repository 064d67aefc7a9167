/** GET /v1/keys/{key}/evidence: what a key's lockouts were, signed; as a page for whoever asks for HTML. */
import { bundleIn, evidenceView, GetEvidence } from '#lib/contracts/evidence.ts';
import type { RequestOf } from '#lib/contracts/operation.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { evidencePage } from '#lib/evidence/page/page.ts';
import { evidenceIssuer } from '#lib/wiring/evidence.ts';

const issuing = () => {
  const { issue } = evidenceIssuer();
  return async ({ teamId, key, query }: RequestOf<typeof GetEvidence>) =>
    evidenceView(await issue({ teamId, key, ...query }));
};

export const handler = endpoint(GetEvidence, issuing, (answer) => evidencePage(bundleIn(answer)));
