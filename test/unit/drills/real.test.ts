/**
 * A real drill, poll by poll: the requests to the contacts of the key, once each and only while they are needed, and
 * what its report names that would keep a revocation from working.
 */
import { describe, expect, it } from '@jest/globals';
import { abortDrill } from '#lib/drills/abort.ts';
import { reportDrill } from '#lib/drills/report.ts';
import type { Contact } from '#lib/model/contact.ts';
import { contactId } from '#lib/model/contact.ts';
import type { Drill } from '#lib/model/drill.ts';
import { drillCreated } from '#lib/model/items/drills.ts';
import type { KeyNoticeRequest } from '#lib/model/outbox-message.ts';
import { type Recipient, recipientId } from '#lib/model/recipient.ts';
import { aKey, at, teamId, tokenActor } from '#test/support/build.ts';
import { scene as aNotifyScene } from '../outbox/notify-scene.ts';
import { aScene, reach, type Scene } from './drilling.ts';
import { aRealScene, disable, drillKey, enable, eventArrives } from './real-drill.ts';

const notices = (scene: Scene) =>
  scene.ledger.effects().flatMap((each) => (each.kind === 'notice' ? [each.notice] : []));
const keyId = aKey().id;

describe('a real drill', () => {
  it('requests to disable and later to enable the drill key, once each, however often it is polled', async () => {
    const scene = await aRealScene();
    const about = scene.drill().id;

    await reach(scene, 'awaiting_disable');
    for (let poll = 0; poll < 3; poll += 1) await scene.poll();
    expect(notices(scene)).toEqual([{ teamId, keyId, fact: 'drill_disable_requested', about }]);

    await disable(scene);
    await reach(scene, 'awaiting_enable');
    for (let poll = 0; poll < 3; poll += 1) await scene.poll();
    expect(notices(scene).slice(1)).toEqual([{ teamId, keyId, fact: 'drill_enable_requested', about }]);

    await enable(scene);
    await reach(scene, 'ended');
    expect(scene.drill().verdict).toMatchObject({ outcome: 'passed' });
    expect(notices(scene)).toHaveLength(2);
  });
});

const email = 'oncall@example.com';
const contact: Contact = {
  id: contactId(teamId, keyId, email),
  ...{ teamId, keyId, email, createdAt: at.toISOString(), version: 1 },
};

describe('the mail that requests the call of the owner', () => {
  const noticeRequest = (drill: Drill): KeyNoticeRequest => ({
    ...{ teamId, keyId, fact: 'drill_disable_requested', about: drill.id },
  });
  const awaiting = async (): Promise<Scene> => {
    const scene = await aRealScene();
    await reach(scene, 'awaiting_disable');
    return scene;
  };
  const sceneWith = async (drill: Drill) => {
    const scene = aNotifyScene(undefined, undefined, { keys: [aKey()], contacts: [contact] });
    await scene.ledger.commit({ teamId, at, changes: drillCreated(drill) });
    return scene;
  };

  it('goes to the contacts alone, with the drill key and an hour of time', async () => {
    const drill = (await awaiting()).drill();
    const { notify, mails } = await sceneWith(drill);

    await notify(noticeRequest(drill));
    await notify(noticeRequest(drill));

    expect(mails.map(({ to }) => to)).toEqual([email]);
    const since = drill.stages.at(-1)?.at ?? '';
    expect(mails[0]?.notice).toMatchObject({
      awaiting: {
        drillKeyArn: drillKey.arn,
        database: drill.leaderName,
        until: new Date(Date.parse(since) + 3_600_000).toISOString(),
      },
    });
  });

  it('is not sent any more once the drill does not wait for that call', async () => {
    const scene = await awaiting();
    await abortDrill(scene.deps)({ teamId, drill: scene.drill().id, actor: tokenActor });
    const { notify, mails } = await sceneWith(scene.drill());

    await notify(noticeRequest(scene.drill()));
    await notify({ ...noticeRequest(scene.drill()), fact: 'drill_enable_requested' });
    await notify({ ...noticeRequest(scene.drill()), about: 'drl_unknown' });

    expect(mails).toEqual([]);
  });
});

const bounced: Recipient = {
  id: recipientId(teamId, email),
  ...{ teamId, email, confirmedAt: null, codeHash: '', place: 'BOUNCE', version: 1 },
  ...{ lapsesAt: at.toISOString(), bouncedAt: at.toISOString() },
};

describe('the report of a real drill', () => {
  const report = async (scene: Scene) => {
    await reach(scene, 'ended');
    return reportDrill({ ...scene.deps, footprintOf: () => null })(teamId, scene.drill().id);
  };
  const throughEnd = async (scene: Scene, noticedBy?: string) => {
    await disable(scene, noticedBy);
    await reach(scene, 'awaiting_enable');
    await enable(scene);
    return report(scene);
  };
  const disabling = async (...[nouns, recipients]: Parameters<typeof aRealScene>) => {
    const scene = await aRealScene(nouns, recipients);
    await reach(scene, 'awaiting_disable');
    return scene;
  };
  const call = { arn: drillKey.arn, name: 'DisableKey' };
  const received = { type: 'KeyEventReceived', data: { ...call, eventId: 'e-1', cloudTrail: null } } as const;

  it('names nothing to fix if the event arrived and a contact was notified', async () => {
    const scene = await disabling({ contacts: [contact] });
    await eventArrives(scene, received);

    expect(await throughEnd(scene)).toMatchObject({
      fixes: [],
      drill: { findings: { isEventSeen: true, refusedCall: null, contacts: { reachable: 1, bounced: [] } } },
    });
  });

  it('names a dead forwarder, which only the check of each minute made up for', async () => {
    const { drill, fixes } = await throughEnd(await disabling({ contacts: [contact] }), 'sweep');

    expect(drill).toMatchObject({ noticed: { by: 'sweep', lagSeconds: null }, findings: { isEventSeen: false } });
    expect(fixes).toEqual([
      {
        text: expect.stringMatching(/^No event of the drill key arrived.*of the account 111122223333/),
        command: 'aws events list-rules --region us-east-1',
      },
    ]);
  });

  it('does not take an event of an earlier drill, or of another key, for its own', async () => {
    const scene = aScene({ keys: [aKey(), drillKey], contacts: [contact] });
    await eventArrives(scene, received);
    scene.later(60);
    await scene.start({ mode: 'real', drillKey: drillKey.arn });
    await reach(scene, 'awaiting_disable');
    await scene.ledger.commit({
      ...{ teamId, at: scene.deps.now(), changes: [] },
      entries: [{ ...received, actor: tokenActor, subject: { keyId } }],
    });

    expect((await throughEnd(scene)).drill.findings).toMatchObject({ isEventSeen: false });
  });

  it('names the policy that kept its owner from disabling the drill key', async () => {
    const scene = await disabling({ contacts: [contact] });
    const reason = 'failed_call' as const;
    await eventArrives(scene, { type: 'KeyEventIgnored', data: { ...call, account: '111122223333', reason } });
    scene.later(3601);
    const { drill, fixes } = await report(scene);

    expect(drill).toMatchObject({
      verdict: { outcome: 'failed', failure: 'key_not_disabled' },
      findings: { isEventSeen: null, refusedCall: { call: 'DisableKey', by: 'arn:aws:iam::111122223333:user/ada' } },
    });
    expect(fixes).toEqual([
      {
        text: expect.stringContaining('kms:TrailingDaysWithoutKeyUsage'),
        command: `aws kms disable-key --key-id ${drillKey.arn} --region us-east-1`,
      },
      {
        text: expect.stringMatching(/^KMS refused DisableKey of the drill key to arn:aws:iam::111122223333:user\/ada/),
        command: `aws kms get-key-policy --key-id ${drillKey.arn} --region us-east-1 --policy-name default`,
      },
    ]);
  });

  it('names a contact whose mails bounce, and that no recipient was notified', async () => {
    const scene = await disabling({ contacts: [contact] }, [bounced]);
    await eventArrives(scene, received);
    const { fixes } = await throughEnd(scene);

    expect(fixes.map(({ text }) => text)).toEqual([
      expect.stringContaining(`Mails to ${email} bounce.`),
      expect.stringContaining('No contact of the key was notified of the drill.'),
    ]);
  });
});
