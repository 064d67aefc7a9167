/** Collects what a real drill found about the path of events, the calls of the owner, and the contacts of the key. */

import { isReachable } from '#lib/model/contact.ts';
import type { Drill, DrillFindings } from '#lib/model/drill.ts';
import type { Entry } from '#lib/model/entry.ts';
import type { EventData } from '#lib/model/events.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { statesOf } from '#lib/notifications/contacts.ts';
import { latestEntries } from '#lib/timeline/list.ts';

export type FindingsDeps = Needs<'listEntries' | 'listContacts' | 'recipientsOf' | 'mailDomainsOf'>;

/** Once, at the end of the drill. */
export async function findingsOf(deps: FindingsDeps, drill: Drill): Promise<DrillFindings> {
  const [entries, contacts] = await Promise.all([
    entriesOfDrillKey(deps, drill),
    allOf((after) => deps.listContacts(drill.teamId, drill.keyId, { after, limit: 100 })),
  ]);
  const states = await statesOf(deps, drill.teamId, contacts);
  return {
    isEventSeen: drill.noticed && entries.some(({ type }) => type === 'KeyEventReceived'),
    refusedCall: refusedCallIn(entries),
    contacts: {
      reachable: states.filter(isReachable).length,
      bounced: states.filter(({ recipient }) => recipient?.bouncedAt).map(({ contact }) => contact.email),
    },
  };
}

/** The entries about the drill key since the drill started, newest first. */
export const entriesOfDrillKey = (deps: FindingsDeps, { teamId, drillKeyId, startedAt }: Drill): Promise<Entry[]> =>
  latestEntries(deps, teamId, { key: drillKeyId, from: startedAt });

const ownersCalls = ['DisableKey', 'EnableKey'] as const;

function refusedCallIn(entries: readonly Entry[]): DrillFindings['refusedCall'] {
  for (const { type, data, actor } of entries) {
    if (type !== 'KeyEventIgnored') continue;
    const { reason, name } = data as EventData['KeyEventIgnored'];
    const call = ownersCalls.find((each) => each === name);
    if (reason === 'failed_call' && call) return { call, by: actor.id };
  }
  return null;
}
