/** Notifies the contacts of a key, and the admins of the apps that use its databases, of a fact about the key. */
import { isReachable } from '#lib/model/contact.ts';
import { stageEndsAt } from '#lib/model/drill.ts';
import type { Key } from '#lib/model/key.ts';
import type { AwaitedOwner, KeyNotice } from '#lib/model/notice.ts';
import {
  type DrillRequestKind,
  isAboutDrill,
  type KeyNoticeKind,
  type KeyNoticeRequest,
} from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { dateOf } from '#lib/model/warnings/dates.ts';
import { isStale, siblingIn } from '#lib/model/warnings/stale.ts';
import { refusedActions } from '#lib/model/warnings/states.ts';
import { type AddresseesDeps, addresseesOf, contactsOf } from './addressees.ts';
import { statesOf } from './contacts.ts';
import type { Addressee } from './recipient-notice.ts';
import { type SendDeps, sendNotice } from './send-notice.ts';

export type NotifyKeyDeps = SendDeps & AddresseesDeps & Needs<'keyById' | 'teamById' | 'contactById' | 'drillById'>;

/**
 * Sends nothing for a key that was forgotten, and nothing that is not true any more. Throws `Transient` while a
 * recipient could not be notified.
 */
export async function notifyOfKey(deps: NotifyKeyDeps, request: KeyNoticeRequest): Promise<void> {
  const { teamId, keyId } = request;
  const key = await deps.keyById(teamId, keyId);
  if (!key || isStale(request, key, deps.now())) return;
  const awaiting = await awaitedOwner(deps, request);
  if (isOwnersCall(request.fact) && !awaiting) return;
  const { arn: keyArn } = key;
  const [team, addressees] = await Promise.all([deps.teamById(teamId), recipientsOf(deps, request, keyArn)]);
  const noticeFor = (addressee: Addressee, at: Date) =>
    keyNotice({ request, key, team: team?.name ?? teamId, awaiting, addressee, at });
  await sendNotice(deps, { request, subject: { keyId }, isFolded: false, noticeFor }, addressees);
}

function recipientsOf(deps: NotifyKeyDeps, request: KeyNoticeRequest, keyArn: string): Promise<readonly Addressee[]> {
  const { teamId, keyId, fact } = request;
  if (fact === 'contact_added') return newContact(deps, request);
  if (isAboutDrill(fact)) return contactsOf(deps, { teamId, keyId });
  return addresseesOf(deps, { teamId, keyId, keyArn }, false);
}

/** The contact that gets a request to confirm; none if it has been removed or confirmed since. */
async function newContact(deps: NotifyKeyDeps, { teamId, about }: KeyNoticeRequest): Promise<Addressee[]> {
  const contact = await deps.contactById(about.split('#')[0] ?? '');
  if (contact?.teamId !== teamId) return [];
  const states = await statesOf(deps, teamId, [contact]);
  return states
    .filter((state) => !isReachable(state))
    .map(({ contact: { email } }) => ({ email, role: 'contact', databases: [] }));
}

const awaitingStages = {
  drill_disable_requested: 'awaiting_disable',
  drill_enable_requested: 'awaiting_enable',
} as const satisfies Readonly<Record<DrillRequestKind, string>>;

const isOwnersCall = (fact: KeyNoticeKind): fact is DrillRequestKind => fact in awaitingStages;

/** Null for another notice, and if the drill does not wait for that call any more. */
async function awaitedOwner(
  deps: NotifyKeyDeps,
  { teamId, fact, about }: KeyNoticeRequest,
): Promise<AwaitedOwner | null> {
  if (!isOwnersCall(fact)) return null;
  const drill = await deps.drillById(teamId, about);
  const until = drill && stageEndsAt(drill);
  if (!until || drill.stage !== awaitingStages[fact]) return null;
  return { drillKeyArn: drill.drillKeyArn, database: drill.leaderName, until };
}

interface NoticeInput {
  readonly request: KeyNoticeRequest;
  readonly key: Key;
  readonly team: string;
  readonly awaiting: AwaitedOwner | null;
  readonly addressee: Addressee;
  readonly at: Date;
}

const keyNotice = ({ request, key, team, awaiting, addressee, at }: NoticeInput): KeyNotice => ({
  fact: request.fact,
  team,
  keyId: key.id,
  keyArn: key.arn,
  at: at.toISOString(),
  databases: addressee.databases,
  role: addressee.role,
  confirmation: null,
  date: dateOf(request.fact.startsWith('expiry') ? 'expiry' : 'deletion', key),
  refused: refusedActions(key),
  statements: key.check.fixes.map(({ statement }) => statement),
  rotationFix: key.check.warnings.find(({ code }) => code === 'rotation_off')?.fix ?? null,
  sibling: siblingIn(key, request.about),
  email: request.email ?? null,
  about: request.about,
  awaiting,
});
