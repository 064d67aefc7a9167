/** Warnings about denied actions for which an explicit Deny is, or may be, the reason. Pure. */

import { type Action, type Denial, neededActions, type Warning } from './key.ts';
import { parseKeyArn } from './key-arn.ts';
import type { ProbeResult } from './key-probe.ts';

interface Refused {
  readonly arn: string;
  readonly platform: string;
}

/** A Deny overrides every Allow, so that adding the statements of the fixes would not help. */
export function denyWarnings(
  { actions, denials = {} }: Pick<ProbeResult, 'actions' | 'denials'>,
  refused: Refused,
): Warning[] {
  const denied = (...kinds: readonly Denial[]) =>
    neededActions.filter((action) => actions[action] === 'denied' && kinds.some((kind) => kind === denials[action]));
  const [explicit, unsaid] = [denied('explicit'), denied('unsaid', 'unexplained')];
  const fix = listDenies(refused.arn);
  const warnings: Warning[] = [];
  if (explicit.length > 0) {
    const detail =
      `A statement with the effect Deny refuses ${named(explicit)}, and no statement that allows outweighs it. ` +
      whereToLook(refused);
    warnings.push({ code: 'explicit_deny', detail, fix });
  }
  if (unsaid.length > 0) {
    const said = `KMS does not say whether ${named(unsaid)} lacks a permission or is explicitly denied.`;
    const circle =
      'If the key policy has the statements of the fixes already, a Deny is the reason, and adding them again ' +
      'changes nothing.';
    warnings.push({ code: 'explicit_deny_possible', detail: `${said} ${circle} ${whereToLook(refused)}`, fix });
  }
  return warnings;
}

const named = (actions: readonly Action[]) => actions.map((action) => `kms:${action}`).join(', ');

const whereToLook = ({ platform }: Refused) =>
  `Look in the key policy for a Deny that covers account ${platform}, by Principal, NotPrincipal or a condition ` +
  'such as aws:PrincipalAccount, aws:PrincipalOrgID or aws:SourceVpce, and in your organization for a resource ' +
  'control policy.';

/** A command that lists the Deny statements of the key policy. */
const listDenies = (arn: string) =>
  `aws kms get-key-policy --region ${parseKeyArn(arn).region} --key-id ${arn} --policy-name default --query Policy ` +
  `--output text | jq '.Statement[] | select(.Effect == "Deny")'`;
