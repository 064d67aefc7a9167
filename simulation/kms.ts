/**
 * KMS, as a probe, a vault and a giver of grants see it: states of keys, policies that allow some actions, changes that
 * show within seconds.
 * Does not: encrypt (a ciphertext is JSON that says by which key and context it opens), or speak the protocol
 * (`local/kms` does both).
 */

import { provingCall } from '#lib/model/delivery-proof.ts';
import { type Action, type ActionState, type Cause, neededActions } from '#lib/model/key.ts';
import type { Probe, ProbeResult, QuickCheck } from '#lib/model/key-probe.ts';
import type { GrantIssuer, KeyVault } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { Secret } from '#lib/model/secret.ts';
import type { Chaos } from './chaos.ts';
import type { VirtualTime } from './virtual-time.ts';

type State = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface KmsKey {
  readonly arn: string;
  state: State;
  /** Actions that the policy denies. */
  denied: ReadonlySet<Action>;
  /** Whether the team wants any refused action to count as the loss of the key. KMS does not know this. */
  strict: boolean;
  /** The team that the policy binds the key to; null for every team. */
  readonly boundTo: string | null;
  /** The state before the last change, which some callers still see for a while. */
  before: { readonly state: State; readonly denied: ReadonlySet<Action>; readonly until: number };
  /** The time at which it became usable or unusable (milliseconds since the epoch). */
  since: number;
}

export interface Grant {
  readonly id: string;
  readonly keyArn: string;
  readonly databaseId: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface SimulatedKms extends Probe, KeyVault, GrantIssuer {
  readonly keys: Map<string, KmsKey>;
  readonly grants: Map<string, Grant>;
  create(arn: string, boundTo: string | null): void;
  change(arn: string, to: Partial<Pick<KmsKey, 'state' | 'denied'>>): void;
  setStrict(arn: string, strict: boolean): void;
  /** Whether databases under the key may serve, by its actual state, without eventual consistency. */
  isUsable(arn: string): boolean;
  /** From now on: which call of a check is in the trail of the key's account, by its request. */
  onEcho(tell: (arn: string, requestId: string) => void): void;
  /** The result of decrypting a volume's data key at the start of a server. */
  unwrap(arn: string, databaseId: string): Promise<'done' | 'refused' | 'unknown'>;
}

const usable = ({ state, denied, strict }: Pick<KmsKey, 'state' | 'denied' | 'strict'>): boolean =>
  state === 'Enabled' && !denied.has('Decrypt') && (!strict || denied.size === 0);
const causeOfState: Readonly<Record<Exclude<State, 'Enabled'>, Cause>> = {
  Disabled: 'key_disabled',
  PendingDeletion: 'deletion_scheduled',
};
/** Source: "Key states of AWS KMS keys" in the KMS guide. */
const inAnyState: ReadonlySet<Action> = new Set(['DescribeKey', 'RevokeGrant']);
const unanswered: ProbeResult = {
  ...{
    metadata: null,
    found: true,
    unusable: null,
    unknown: 'kms_unreachable',
    rotation: null,
    foreignContext: 'unknown',
    canary: null,
    calls: [],
  },
  actions: Object.fromEntries(neededActions.map((action) => [action, 'unknown'])) as Record<Action, ActionState>,
};
/** Combines the results of the refused and unanswered calls. */
function summarize(state: State, partly: boolean): Pick<ProbeResult, 'unusable' | 'unknown'> {
  if (state !== 'Enabled') return { unusable: causeOfState[state], unknown: null };
  return { unusable: null, unknown: partly ? 'kms_unreachable' : null };
}

const away = () => new Transient('KMS does not answer');

export function simulatedKms(time: VirtualTime, chaos: Chaos): SimulatedKms {
  const keys = new Map<string, KmsKey>();
  const grants = new Map<string, Grant>();
  let made = 0;
  let requests = 0;
  let tellEcho: (arn: string, requestId: string) => void = () => undefined;
  const keyOf = (arn: string): KmsKey => {
    const key = keys.get(arn);
    if (!key) throw new Error(`There is no key ${arn}`);
    return key;
  };
  /** Refuses a single probe spuriously at random: a lockout needs two agreeing probes. */
  const strayed = new Map<string, number>();
  const strays = (arn: string): boolean => {
    const now = time.millis();
    if ((strayed.get(arn) ?? 0) === now) return true;
    if (now < (strayed.get(arn) ?? 0) + 30_000 || !chaos.hits(chaos.rates().event / 100)) return false;
    strayed.set(arn, now);
    return true;
  };
  /** KMS is eventually consistent: some callers see a change later than others. */
  const seen = (arn: string): Pick<KmsKey, 'state' | 'denied'> => {
    const key = keyOf(arn);
    if (strays(arn)) return { state: 'Enabled', denied: new Set(['Decrypt']) };
    return time.millis() < key.before.until && chaos.hits(0.5) ? key.before : key;
  };
  const isForeign = (arn: string, team: string | undefined): boolean =>
    ![null, undefined, team].includes(keyOf(arn).boundTo) && team !== undefined;
  const silent = () => chaos.isOut('kms') || chaos.hits(chaos.rates().lost);
  const stateOf = (arn: string, action: Action, team: string | undefined): ActionState => {
    if (silent()) return 'unknown';
    const { state, denied } = seen(arn);
    if (denied.has(action) || (action !== 'DescribeKey' && isForeign(arn, team))) return 'denied';
    return state === 'Enabled' || inAnyState.has(action) ? 'allowed' : 'unknown';
  };
  const probe = async (arn: string, context: Record<string, string>): Promise<ProbeResult> => {
    const team = context['latchkey:team'];
    const actions = Object.fromEntries(neededActions.map((action) => [action, stateOf(arn, action, team)])) as Record<
      Action,
      ActionState
    >;
    if (silent()) return unanswered;
    const { state } = seen(arn);
    const partly = neededActions.some((action) => actions[action] === 'unknown');
    const requestId = `request-${++requests}`;
    tellEcho(arn, requestId);
    return {
      metadata: actions.DescribeKey === 'allowed' ? { KeyState: state } : null,
      found: true,
      actions,
      ...summarize(state, partly),
      rotation: true,
      foreignContext: stateOf(arn, 'Encrypt', 'a-team-that-does-not-exist'),
      canary: actions.Encrypt === 'allowed' ? JSON.stringify({ arn, context }) : null,
      calls: [{ call: provingCall, dryRun: false, of: null, error: null, requestId }],
    };
  };
  const refuse = (arn: string, action: Action, team: string | undefined) => {
    const state = stateOf(arn, action, team);
    if (state === 'allowed') return;
    if (state === 'unknown' && keyOf(arn).state === 'Enabled') throw away();
    throw new Problem('key_unusable', `The key ${arn} is unusable now.`, {});
  };
  const opened = (arn: string, canary: string, context: Record<string, string>): null | 'refused' | 'unknown' => {
    if (canary !== JSON.stringify({ arn, context })) return 'refused';
    const state = stateOf(arn, 'Decrypt', context['latchkey:team']);
    if (state === 'allowed') return null;
    return state === 'unknown' && keyOf(arn).state === 'Enabled' ? 'unknown' : 'refused';
  };
  const quick = (arn: string, canary: string, context: Record<string, string>): QuickCheck => {
    const opening = opened(arn, canary, context);
    const states = neededActions.map((action) => [action, stateOf(arn, action, context['latchkey:team'])]);
    const Decrypt = { refused: 'denied', unknown: 'unknown' } as const;
    return {
      ...(Object.fromEntries(states) as ProbeResult['actions']),
      Decrypt: opening ? Decrypt[opening] : 'allowed',
    };
  };
  return {
    keys,
    grants,
    create: (arn, boundTo) => {
      const fresh = { state: 'Enabled' as const, denied: new Set<Action>() };
      keys.set(arn, { arn, boundTo, strict: false, ...fresh, before: { ...fresh, until: 0 }, since: time.millis() });
    },
    change: (arn, to) => {
      const key = keyOf(arn);
      const { state, denied } = key;
      key.before = { state, denied, until: time.millis() + chaos.between(0, chaos.rates().event > 0 ? 4000 : 0) };
      Object.assign(key, to);
      if (usable(key) !== usable({ state, denied, strict: key.strict })) key.since = time.millis();
    },
    setStrict: (arn, strict) => {
      const key = keyOf(arn);
      if (usable(key) !== usable({ ...key, strict })) key.since = time.millis();
      key.strict = strict;
    },
    isUsable: (arn) => usable(keyOf(arn)),
    onEcho: (tell) => {
      tellEcho = tell;
    },
    /** A probe never throws: an unanswered call is unknown. */
    probe: (arn, context) => chaos.call('kms', () => probe(arn, context), away).catch(() => unanswered),
    opensCanary: (arn, canary, context) =>
      chaos.call('kms', () => opened(arn, canary, context), away).catch(() => 'unknown' as const),
    quickCheck: (arn, canary, context) =>
      chaos.call('kms', () => quick(arn, canary, context), away).catch(() => unanswered.actions),
    encrypt: (arn, secret, context) =>
      chaos.call(
        'kms',
        () => {
          refuse(arn, 'Encrypt', context['latchkey:team']);
          return JSON.stringify({ arn, context, hidden: secret.reveal().length });
        },
        away,
      ),
    decrypt: (arn, _, context) =>
      chaos.call(
        'kms',
        () => {
          refuse(arn, 'Decrypt', context['latchkey:team']);
          return new Secret('password');
        },
        away,
      ),
    createGrant: ({ keyArn, databaseId, context }) =>
      chaos.call(
        'kms',
        () => {
          refuse(keyArn, 'CreateGrant', undefined);
          const known = [...grants.values()].find(
            (grant) => grant.keyArn === keyArn && grant.databaseId === databaseId,
          );
          const id = known?.id ?? `grant-${++made}`;
          grants.set(id, { id, keyArn, databaseId, context });
          return id;
        },
        away,
      ),
    findGrant: (keyArn, databaseId) =>
      chaos.call(
        'kms',
        () =>
          [...grants.values()].find((grant) => grant.keyArn === keyArn && grant.databaseId === databaseId)?.id ?? null,
        away,
      ),
    retireGrant: (_, id) => chaos.call('kms', () => grants.delete(id) || true, away),
    unwrap: async (arn, databaseId) => {
      if (chaos.isOut('kms')) return 'unknown';
      const granted = [...grants.values()].some((grant) => grant.keyArn === arn && grant.databaseId === databaseId);
      const state = granted && seen(arn).state === 'Enabled' ? 'allowed' : stateOf(arn, 'Decrypt', undefined);
      if (state === 'allowed') return 'done';
      return state === 'unknown' && keyOf(arn).state === 'Enabled' ? 'unknown' : 'refused';
    },
  };
}
