/** What a customer's security team is handed. */
import * as z from 'zod/mini';
import { operation } from './operation.ts';

export const GetOnboardingTemplate = operation({
  id: 'getOnboardingTemplate',
  route: 'GET /v1/onboarding-template',
  summary:
    "CloudFormation for the customer's account: the key with its policy, alias and rotation, and the rules that " +
    'forward its changes; bound to the team with a token',
  scope: 'public',
  response: () => z.record(z.string(), z.unknown()),
});
