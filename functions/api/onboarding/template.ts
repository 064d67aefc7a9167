/** GET /v1/onboarding-template: what a customer deploys in their own account. */
import { eventConfig, keyConfig } from '#lib/config.ts';
import { GetOnboardingTemplate } from '#lib/contracts/onboarding.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { onboardingTemplate } from '#lib/onboarding/template.ts';

export const handler = endpoint(GetOnboardingTemplate, () => async ({ caller }) => {
  const { PLATFORM_ACCOUNT_ID: accountId, AWS_REGION: region } = keyConfig();
  return onboardingTemplate({ accountId, region, busName: eventConfig().EVENT_BUS_NAME }, caller?.teamId ?? null);
});
