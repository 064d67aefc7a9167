/** A key that no database uses is scheduled for deletion by mistake; its contact is warned weeks before. */
import * as z from 'zod/mini';
import { ContactView } from '#lib/contracts/contacts.ts';
import { DemoFailure } from '../failure.ts';
import { envelope, type Mail } from '../inbox.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';

export const contact = 'security@customer.example';
const variable = 'DRILL_KEY_ARN';

/** Returns the ARN of the drill key. */
export async function theWarning({ stage, world }: Play): Promise<string> {
  stage.chapter(
    'An early warning',
    'The customer makes a second key, for drills. No database uses it, so its loss would cause no error. The ' +
      'security team is a contact of the key: once its address is confirmed, it is warned 30, 14, 7, 3 and 1 days ' +
      'before the key is deleted.',
  );
  const { api, inbox, keys } = world;
  const template = await stage.do(api.get('/v1/key-policy', 'GET /v1/key-policy > key-policy.json'));
  const keyArn = await stage.do(keys.createKey(template));
  stage.show(`${variable}=${keyArn.slice(0, 47)}…`);
  const { id: key } = await stage.do(
    api.post('/v1/keys', { body: { arn: keyArn }, shown: `{ arn: $${variable} }`, responseSchema: Registered }),
  );
  const { id } = await stage.do(
    api.post(`/v1/keys/${key}/contacts`, {
      body: { email: contact },
      shown: `{ email: ${contact} }`,
      shownPath: '/v1/keys/{key}/contacts',
      responseSchema: ContactView(),
    }),
  );
  const invitation = await stage.see('a mail that asks to confirm', inbox.next(contact), envelope);
  const { isConfirmed } = await stage.do(
    api.post(`/v1/contacts/${id}/confirmation`, {
      body: { code: codeIn(invitation) },
      shown: '{ code: … }',
      shownPath: '/v1/contacts/{contact}/confirmation',
      responseSchema: ContactView(),
    }),
  );
  check(isConfirmed, `The address ${contact} is not confirmed.`);
  await stage.do(keys.scheduleDeletion(keyArn, variable));
  await stage.see('a mail that warns', inbox.next(contact), envelope);
  await stage.do(keys.cancelDeletion(keyArn, variable));
  await stage.see('a mail that withdraws the warning', inbox.next(contact), envelope);
  stage.show('After a cancelled deletion, KMS leaves the key disabled:');
  await stage.do(keys.enable(keyArn, variable));
  return keyArn;
}

const Registered = z.object({ id: z.string() });

function codeIn({ text }: Mail): string {
  const [, code] = /"code":"([^"]+)"/.exec(text) ?? [];
  if (!code) throw new DemoFailure('The mail to the contact has no code.');
  return code;
}
