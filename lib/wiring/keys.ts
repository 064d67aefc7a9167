/** The operations of keys, joined with a deployment's table and KMS. */
import { eventBus } from '#lib/aws/events.ts';
import { grantReader } from '#lib/aws/kms-grants.ts';
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { siblingReader } from '#lib/aws/kms-siblings.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { eventConfig, keyConfig, lockoutConfig } from '#lib/config.ts';
import { listGrants } from '#lib/grants/list.ts';
import { keysByArn } from '#lib/keys/by-arn.ts';
import { forgetKey } from '#lib/keys/forget.ts';
import { impactOf } from '#lib/keys/impact.ts';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import { collectFacts } from '#lib/keys/readiness-facts.ts';
import { type RegisterDeps, registerCheckedKey, registerKey } from '#lib/keys/register.ts';
import { changeKeySettings } from '#lib/keys/settings.ts';
import { sweep } from '#lib/keys/sweep.ts';
import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { partitionOf } from '#lib/model/key-arn.ts';
import { keyPolicy, templateAccounts } from '#lib/model/key-policy.ts';
import { requireKey } from '#lib/model/require.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { onboardingTemplate } from '#lib/onboarding/template.ts';
import { drainOutbox } from '#lib/outbox/drain.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { deliveryProofStore } from '#lib/store/delivery-proofs.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { watchedStore } from '#lib/store/watched.ts';
import { committer } from './committer.ts';
import { minutesWithEvents, pauseSeconds } from './settings.ts';

/** What a reconciliation needs, except in the sweep, which also restarts executions. */
export const reconcilePorts = () => ({
  ...keyStore(),
  ...lockoutStore(),
  ...databaseStore(),
  ...deliveryProofStore(),
  ...keyProbe(),
  ...committer(),
  isRunning: null,
  collectFacts: null,
  newId,
  now,
  pause: pauseSeconds,
  settings: () => ({
    platformAccountId: keyConfig().PLATFORM_ACCOUNT_ID,
    confirmationSeconds: keyConfig().CONFIRMATION_SECONDS,
    waitingPeriodSeconds: lockoutConfig().WAITING_PERIOD_SECONDS,
  }),
});

export const list = () => keyStore().listKeys;
export const get = () => requireKey(keyStore());
export const findByArn = () => keysByArn(keyStore());
/** Observations also collect what the readiness of the key rests on. */
const observationPorts = () => ({
  ...reconcilePorts(),
  collectFacts: collectFacts({
    ...appStore(),
    ...backupStore(),
    ...contactStore(),
    ...databaseStore(),
    ...deliveryProofStore(),
    ...grantReader(),
    ...recipientReader(),
    ...siblingReader(),
    now,
  }),
});

export const reconcile = () => reconcileKey(observationPorts());
export const changeSettings = () => changeKeySettings({ ...keyStore(), ...committer(), now, reconcile: reconcile() });
export const forget = () => forgetKey({ ...keyStore(), ...lockoutStore(), ...contactStore(), ...committer(), now });
export const grants = () => listGrants({ ...keyStore(), ...databaseStore(), ...grantReader() });

const registerPorts = (): RegisterDeps => ({
  ...keyStore(),
  ...lockoutStore(),
  ...backupStore(),
  ...keyProbe(),
  ...committer(),
  newId,
  now,
  settings: () => ({
    region: keyConfig().AWS_REGION,
    platformAccountId: keyConfig().PLATFORM_ACCOUNT_ID,
    requireOwnershipProof: keyConfig().REQUIRE_OWNERSHIP_PROOF,
  }),
});

export const register = () => registerKey(registerPorts());
export const registerChecked = () => registerCheckedKey(registerPorts());

export const impact = () =>
  impactOf({
    ...reconcilePorts(),
    ...backupStore(),
    ...appStore(),
    ...watchedStore(),
    unconfirmedAmong: unconfirmedAmong(recipientReader()),
    minutesWithEvents,
  });

/** The policy to create a key with; without an account, as the template with placeholders. */
export const policy = (account: string | undefined, teamId: string | null) => {
  const { PLATFORM_ACCOUNT_ID, AWS_REGION } = keyConfig();
  const accounts = account === undefined ? templateAccounts : { customer: account, platform: PLATFORM_ACCOUNT_ID };
  return keyPolicy({ ...accounts, partition: partitionOf(AWS_REGION), teamId });
};

export const onboarding = (teamId: string | null) => {
  const { PLATFORM_ACCOUNT_ID: accountId, AWS_REGION: region } = keyConfig();
  return onboardingTemplate({ accountId, region, busName: eventConfig().EVENT_BUS_NAME }, teamId);
};

export const onChanged = () =>
  onKeyChanged({
    ...keyStore(),
    ...deliveryProofStore(),
    ...committer(),
    reconcile: reconcile(),
    pause: pauseSeconds,
    now,
  });

/** Reconciles the keys that are due, restarts executions of lockouts that ended, and drains the outbox. */
export const sweepKeys = () =>
  sweep({
    ...keyStore(),
    ...deliveryProofStore(),
    ...committer(),
    reconcile: reconcileKey({ ...observationPorts(), ...workflows() }),
    drain: drainOutbox({ ...eventBus(), ...outboxStore(), ...committer(), now }),
    minutesWithEvents,
    now,
  });
