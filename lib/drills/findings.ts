/** Collects what a real drill found about the path of events, the calls of the owner, and the contacts of the key. */

import { isReachable } from '#lib/model/contact.ts';
import type { Drill, DrillFindings } from '#lib/model/drill.ts';
import type { Entry } from '#lib/model/entry.ts';
import type { EventData } from '#lib/model/events.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { statesOf } from '#lib/notifications/contacts.ts';

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

const pageSize = 100;
/** A drill of hours in a team with many entries reads the latest 2,000 of them. */
const mostPages = 20;

/** The entries about the drill key since the drill started, newest first. */
async function entriesOfDrillKey({ listEntries }: FindingsDeps, drill: Drill): Promise<Entry[]> {
  const found: Entry[] = [];
  let after: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, cursor }: { items: Entry[]; cursor: string | null } = await listEntries(drill.teamId, {
      after,
      limit: pageSize,
    });
    found.push(...items.filter(({ subject, at }) => subject.keyId === drill.drillKeyId && at >= drill.startedAt));
    after = cursor;
    if (after === null || (items.at(-1)?.at ?? '') < drill.startedAt) break;
  }
  return found;
}

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
