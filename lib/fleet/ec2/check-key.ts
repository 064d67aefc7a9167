/** A fresh check of a key by KMS, for verbs that must not start anything under one that is off. */
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { now } from '#lib/clock.ts';
import { keyConfig } from '#lib/config.ts';
import { parseKeyArn } from '#lib/keys/arn.ts';
import { judge } from '#lib/keys/check.ts';
import { teamContext } from '#lib/keys/key.ts';
import type { Driver } from './driver.ts';

/** The platform's own key is named by its alias, and is never locked out. */
export const checkKey: Driver['checkKey'] = async ({ keyArn, teamId }) => {
  if (keyArn.includes(':alias/')) return 'usable';
  const { accountId: customer, partition } = parseKeyArn(keyArn);
  const parties = { customer, platform: keyConfig().PLATFORM_ACCOUNT_ID, partition, teamId };
  return judge(await keyProbe().probe(keyArn, teamContext(teamId)), { arn: keyArn, at: now(), parties }).verdict;
};
