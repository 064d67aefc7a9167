/** A real drill, poll by poll: what the contacts of the key are asked for, once each, and only while it is needed. */
import { describe, expect, it } from '@jest/globals';
import { abortDrill } from '#lib/drills/abort.ts';
import type { Contact } from '#lib/model/contact.ts';
import { contactId } from '#lib/model/contact.ts';
import type { Drill } from '#lib/model/drill.ts';
import { drillCreated } from '#lib/model/items/drills.ts';
import type { KeyNoticeRequest } from '#lib/model/outbox-message.ts';
import { aKey, at, teamId, tokenActor } from '#test/support/build.ts';
import { scene as aNotifyScene } from '../outbox/notify-scene.ts';
import { reach, type Scene } from './drilling.ts';
import { aRealScene, disable, drillKey, enable } from './real-drill.ts';

const notices = (scene: Scene) =>
  scene.ledger.effects().flatMap((each) => (each.kind === 'notice' ? [each.notice] : []));
const keyId = aKey().id;

describe('a real drill', () => {
  it('asks to disable and later to enable the drill key, once each, however often it is polled', async () => {
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

describe('the mail that asks for the call of the owner', () => {
  const asked = (drill: Drill): KeyNoticeRequest => ({
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

    await notify(asked(drill));
    await notify(asked(drill));

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

    await notify(asked(scene.drill()));
    await notify({ ...asked(scene.drill()), fact: 'drill_enable_requested' });
    await notify({ ...asked(scene.drill()), about: 'drl_unknown' });

    expect(mails).toEqual([]);
  });
});
