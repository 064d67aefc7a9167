/** What to do about a drill: now, and before the next one. Pure. */
import type { Drill, DrillFindings } from '#lib/model/drill.ts';
import type { DrillFailure } from '#lib/model/drill-state.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { kmsCommand, regionOption } from '#lib/model/shell.ts';

export interface Fix {
  readonly text: string;
  /** Null if no command helps. */
  readonly command: string | null;
}

/** What the owner of the drill key does now; null unless the drill waits for it. */
export function nextOf(drill: Drill): Fix | null {
  if (drill.stage === 'awaiting_disable')
    return {
      text: 'Disable the drill key within an hour of this stage.',
      command: kmsCommand('disable-key', drill.drillKeyArn),
    };
  return drill.stage === 'awaiting_enable'
    ? {
        text: 'Enable the drill key within an hour of this stage.',
        command: kmsCommand('enable-key', drill.drillKeyArn),
      }
    : null;
}

const fixTexts: { readonly [F in DrillFailure]: string } = {
  fork_failed:
    'The fork could not be provisioned. Check the network and the quotas of its space, then repeat the drill.',
  never_caught_up: 'The fork did not catch up. Repeat the drill while fewer clients write.',
  leader_short_of_memory: 'Move the database to a larger plan: it has no room for a follower.',
  leader_silent: 'Find out why the database does not respond, then repeat the drill.',
  leader_gone: 'The database became unavailable for a drill. Name another database.',
  key_locked_out: 'Make the key usable again, then repeat the drill.',
  key_not_disabled:
    'The drill key was not disabled within the hour. Check that its policy lets its owner call kms:DisableKey, for ' +
    'example that no condition such as kms:TrailingDaysWithoutKeyUsage denies it.',
  key_not_enabled:
    'The drill key was not enabled within the hour. Check that its policy lets its owner call kms:EnableKey.',
  not_stopped: 'The fork was not stopped in time. See the timeline of the lockout for the step that failed.',
  not_restored: 'The fork was not restored in time. See the timeline of the lockout for the step that failed.',
  data_differs: 'The data set differs after the restore. Contact the operator: this must not happen.',
  digest_failed: 'The data set could not be read in time. Repeat the drill, or name a smaller database.',
  opened_while_disabled: 'The volume could be opened while the key was disabled. Contact the operator.',
  objective_missed: 'A phase took longer than its objective. See the phases above.',
  aborted: 'The drill was aborted. Start another one when it suits you.',
};

/** What to change before the next drill. */
export const fixesOf = (drill: Pick<Drill, 'drillKeyArn' | 'verdict' | 'findings'>): Fix[] => [
  ...failureFixes(drill),
  ...(drill.findings ? findingFixes(drill.findings, drill.drillKeyArn) : []),
];

function findingFixes({ isEventSeen, refusedCall, contacts }: DrillFindings, drillKeyArn: string): Fix[] {
  const fixes: (Fix | false)[] = [
    refusedCall !== null && {
      text:
        `KMS refused ${refusedCall.call} of the drill key to ${refusedCall.by}. Look for what denies it in the key ` +
        'policy, such as a Deny with the condition kms:TrailingDaysWithoutKeyUsage, which a key that Latchkey checks ' +
        'never outlasts, and remove it from the policy of the live key as well.',
      command: kmsCommand('get-key-policy', drillKeyArn, ' --policy-name default'),
    },
    isEventSeen === false && {
      text:
        'No event of the drill key arrived: only the check of each minute noticed that it was disabled. Check the ' +
        `rules that forward events, and the trail, of the account ${parseKeyArn(drillKeyArn).accountId}. ` +
        'GET /v1/onboarding-template has the template of the rules.',
      command: `aws events list-rules ${regionOption(drillKeyArn)}`,
    },
    contacts.bounced.length > 0 && {
      text:
        `Mails to ${contacts.bounced.join(', ')} bounce. Remove the contact, or add it again, which sends it one ` +
        'mail to confirm with.',
      command: null,
    },
    contacts.reachable === 0 && {
      text: 'No contact of the key was notified of the drill. Add the people who own the key as contacts.',
      command: null,
    },
  ];
  return fixes.filter((fix) => fix !== false);
}

function failureFixes(drill: Pick<Drill, 'drillKeyArn' | 'verdict'>): Fix[] {
  const failure = drill.verdict?.failure;
  if (!failure) return [];
  const commands: { readonly [F in DrillFailure]?: string } = {
    key_not_disabled: kmsCommand('disable-key', drill.drillKeyArn),
    key_not_enabled: kmsCommand('enable-key', drill.drillKeyArn),
  };
  return [{ text: fixTexts[failure], command: commands[failure] ?? null }];
}
