/** A fresh check of a key by KMS, for operations that must not start a server under an unusable key. */
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { keyConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import { teamContext } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { judge } from '#lib/model/key-check.ts';
import { type PolicyParties, volumeStatements } from '#lib/model/key-policy.ts';
import type { KeyDriver } from './driver.ts';

interface KeyOfTeam {
  readonly keyArn: string;
  readonly teamId: string;
}

function partiesOf({ keyArn, teamId }: KeyOfTeam): PolicyParties {
  const { accountId: customer, partition } = parseKeyArn(keyArn);
  return { customer, platform: keyConfig().PLATFORM_ACCOUNT_ID, partition, teamId };
}

/** The platform's own key is referenced by its alias, and is never locked out. */
const isPlatformKey = ({ keyArn }: KeyOfTeam): boolean => keyArn.includes(':alias/');

export const checkKey: KeyDriver['checkKey'] = async (key) => {
  if (isPlatformKey(key)) return 'usable';
  const probed = await keyProbe().probe(key.keyArn, teamContext(key.teamId));
  return judge(probed, { arn: key.keyArn, at: now(), parties: partiesOf(key) }).verdict;
};

export const volumeFix: KeyDriver['volumeFix'] = (key) =>
  isPlatformKey(key)
    ? ''
    : `Add these statements to the key policy: ${JSON.stringify(volumeStatements(partiesOf(key)))}`;
