/** A real drill: the owner of the drill key disables it and enables it again, as they would the live key. */
import { ContactView } from '#lib/contracts/contacts.ts';
import { readDrill, seeStages, startDrill } from '../drills.ts';
import { envelope } from '../inbox.ts';
import { registeredKeyId } from '../registered-key.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';
import { showReport, verifyReport } from './the-drill.ts';
import { contact } from './the-warning.ts';

const variable = 'DRILL_KEY_ARN';

export async function theRealDrill(play: Play, database: DemoDatabase, drillKey: string): Promise<void> {
  const { stage, world } = play;
  const { api, inbox, keys } = world;
  stage.chapter(
    'A real drill',
    'The rest needs a key that its owner turns off. The fork is encrypted under the drill key, which the customer ' +
      'disables when the drill asks for it: the event, the checks and the refusals of KMS are real. The contacts of ' +
      'the live key get its mails.',
  );
  const key = await registeredKeyId(world, database.keyArn);
  const { id: contactId } = await stage.do(
    api.post(`/v1/keys/${key}/contacts`, {
      body: { email: contact },
      shown: `{ email: ${contact} }`,
      shownPath: '/v1/keys/{key}/contacts',
      responseSchema: ContactView(),
    }),
  );
  const body = { mode: 'real', database: database.name, drillKey } as const;
  const shown = `{ mode: real, database: ${database.name}, drillKey: $${variable} }`;
  const { id } = await stage.do(startDrill(world, key, { body, shown }));
  await seeStages(play, id, ['forking', 'catching_up', 'detaching']);
  await stage.see('a mail that asks to disable the key', inbox.about(/ please disable /, contact), envelope);
  await stage.do(keys.disable(drillKey, variable));
  await seeStages(play, id, ['awaiting_disable', 'locking_out']);
  await stage.see('a mail that asks to enable the key', inbox.about(/ please enable /, contact), envelope);
  await stage.do(keys.enable(drillKey, variable));
  await seeStages(play, id, ['awaiting_enable', 'restoring', 'comparing', 'removing']);
  const report = await readDrill(world, id);
  showReport(play, report);
  await stage.prove('KMS refused to open the volume of the fork', async () => {
    const { answer, error, requestId } = report.opening ?? {};
    check(answer === 'refused', `The answer was ${answer}.`);
    return `${error}, request ${requestId}`;
  });
  await verifyReport(play, id);
  await api.send('DELETE', `/v1/contacts/${contactId}`);
}
