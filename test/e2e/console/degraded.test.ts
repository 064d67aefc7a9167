/**
 * A right that is lost, in the browser: amber everywhere, the statement to add, nothing stops, and then all is well.
 */
import { expect, it } from '@jest/globals';
import { aPerson, see } from './browser.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 600, keyName: 'prod-redis' });
/** The policy of the team's keys, without this action. */
async function setPolicy(without: string | null): Promise<void> {
  const { body } = await stage.world.ask(`GET /v1/key-policy?account=${stage.world.cloud.accounts.customer}`);
  const policy = JSON.stringify(body);
  const Policy = without === null ? policy : policy.replaceAll(`"${without}",`, '').replaceAll(`,"${without}"`, '');
  expect(Policy === policy).toBe(without === null);
  await stage.world.kms('PutKeyPolicy', { KeyId: stage.key.arn, PolicyName: 'default', Policy });
}

it('a refused action shows as degraded with its statement, and goes once the policy allows it again', async () => {
  stage.person = await aPerson(stage.browser);
  const { page } = stage.person;
  await page.goto(await stage.world.link());
  await see(page, 'prod-redis');
  await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
  await see(page, 'Can you pull the switch?');
  await see(page, 'Disable it to stop them.');

  await setPolicy('kms:Encrypt');
  await see(page, 'KMS refuses Encrypt. Decrypt works, so what serves goes on.', 60_000);
  expect(await page.locator('.state.amber').count()).toBe(1);
  const readiness = page.getByRole('region', { name: 'Can you pull the switch?' });
  await readiness.getByText('Probably: it would work today as far as is known.').waitFor();
  const encrypt = readiness.getByRole('listitem').filter({ hasText: 'KMS refuses kms:Encrypt.' });
  await encrypt.getByText(/aws kms put-key-policy/).waitFor();
  await page.getByRole('region', { name: 'Rights' }).getByText('"kms:Encrypt"').first().waitFor();
  await see(page, 'Key degraded');

  await page.getByRole('link', { name: 'Keys', exact: true }).first().click();
  await see(page, '1 degraded');
  await see(page, /KMS refuses Encrypt\. What serves goes on\./);
  const { items } = (await stage.world.ask<{ items: { status: string }[] }>('GET /v1/databases')).body;
  expect(items.map(({ status }) => status)).toEqual(['available']);

  await setPolicy(null);
  await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
  await see(page, 'Disable it to stop them.', 60_000);
});

it('strict is turned on once the name of the key is typed, and off again', async () => {
  stage.person = await aPerson(stage.browser);
  const { page } = stage.person;
  await page.goto(await stage.world.link());
  await see(page, 'prod-redis');
  await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
  await page.getByRole('button', { name: 'Make it strict' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('prod-redis');
  await dialog.getByRole('button', { name: 'Make it strict' }).click();
  await see(page, 'any refused action counts as the loss of the key');
  expect((await stage.world.ask(`GET /v1/keys/${stage.key.id}/settings`)).body).toEqual({ strict: true });

  await page.getByRole('button', { name: 'Not strict' }).click();
  await see(page, 'only the loss of Decrypt counts');
  expect((await stage.world.ask(`GET /v1/keys/${stage.key.id}/settings`)).body).toEqual({ strict: false });
});
