/**
 * Signing in, staying signed in, and signing out: with no secret where a script, a log or another person could find it.
 */
import { describe, expect, it } from '@jest/globals';
import { signInLink } from '#local/sign-in-link.ts';
import { anotherTab, aPerson, exposed, see } from './browser.ts';
import { multiply } from './multiply.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 600, keyName: 'prod-redis' });
/** A token that may be revoked without ending the others. */
const aToken = async (scopes: readonly string[], team?: string) =>
  (
    await stage.world.ask<{ id: string; token: string }>('POST /v1/tokens', {
      token: stage.world.tokens.adminToken,
      body: { name: 'console test', scopes, ...(team === undefined ? {} : { team }) },
    })
  ).body;

async function signInWith(token: string): Promise<void> {
  const { page } = stage.person;
  await page.getByLabel('API token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('signing in', () => {
  it('by a token lasts through a reload, and shows the token nowhere', async () => {
    stage.person = await aPerson(stage.browser);
    const { page, lines, requests } = stage.person;
    const { token } = await aToken(['read', 'write']);
    await page.goto(stage.world.url);
    await signInWith(token);
    await see(page, 'prod-redis');
    await page.reload();
    await see(page, 'prod-redis');

    const secrets = [token, ...(await stage.person.context.cookies()).map(({ value }) => value)];
    const everywhere = [await exposed(page), ...lines, ...requests].join('\n');
    for (const secret of secrets) expect(everywhere).not.toContain(secret);
    expect(everywhere).not.toMatch(/latchkey_(access|renewal|code)\.|latchkey_[\w-]{43}/);
    expect(await stage.person.context.cookies()).toMatchObject([
      { name: '__Host-latchkey', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
    ]);
  });

  it('by a link works once, and leaves no code in the address', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    const link = await stage.world.link();
    await page.goto(link);
    await see(page, 'prod-redis');
    expect(page.url()).toBe(stage.world.url);

    const other = await aPerson(stage.browser);
    await other.page.goto(link);
    await see(other.page, 'This sign-in link was used already, or is too old.');
    expect(other.page.url()).toBe(stage.world.url);
    await other.context.close();
  });

  it('by a link works in a tab that shows the console already', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(stage.world.url);
    await see(page, 'API token');
    await page.goto(await stage.world.link());
    await see(page, 'prod-redis');
    expect(page.url()).toBe(stage.world.url);
  });

  it('continues to the address that was opened', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await see(page, 'API token');
    await signInWith(stage.world.tokens.teamToken);
    await see(page, '1 database is encrypted under this key.');
  });

  it.each([['latchkey_unknown'], ['<script>alert(1)</script>'], [' ']])(
    'is refused for %j, with the problem',
    async (token) => {
      stage.person = await aPerson(stage.browser);
      await stage.person.page.goto(stage.world.url);
      await signInWith(token);

      await stage.person.page.getByRole('alert').waitFor();
      expect(await stage.person.page.getByLabel('API token').inputValue()).toBe('');
    },
  );
});

describe('a session', () => {
  it('ends in every tab when one signs out', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await see(page, 'prod-redis');
    const second = await anotherTab(stage.person);
    await second.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await see(second, '1 database is encrypted under this key.');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await see(second, 'You signed out in another tab.');
    await see(page, 'API token');
    await second.reload();
    await see(second, 'API token');
    expect(await stage.person.context.cookies()).toEqual([]);
  });

  it('is shared by tabs that are reloaded at the same time', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await see(page, 'prod-redis');
    const second = await anotherTab(stage.person);
    await second.goto(`${stage.world.url}/databases`);
    await see(second, 'orders');
    for (let round = 0; round < 3; round++) {
      await Promise.all([page.reload(), second.reload()]);
      await Promise.all([see(page, 'prod-redis'), see(second, 'orders')]);
    }
  });

  it("ends in every tab when a link of another team's signs in, and nothing of the first team is left", async () => {
    const { token } = await aToken(['read', 'write'], 'globex');
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await page.getByRole('link', { name: 'prod-redis' }).first().click();
    await see(page, '1 database is encrypted under this key.');
    const second = await anotherTab(stage.person);
    await second.goto(await signInLink({ apiUrl: stage.world.cloud.urls.api, token }));
    await see(second, 'No key is registered yet');

    await see(page, 'There is no such resource in your team');
    await see(page, 'globex');
    expect(await page.getByText('1 database is encrypted').count()).toBe(0);
  });

  it('ends with its token, and says so', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    const { id, token } = await aToken(['read']);
    await page.goto(stage.world.url);
    await signInWith(token);
    await see(page, 'prod-redis');

    await stage.world.ask(`DELETE /v1/tokens/${id}`, { token: stage.world.tokens.adminToken });
    await page.getByRole('link', { name: 'Databases', exact: true }).click();
    await see(page, 'Your session ended. Sign in again to go on.');
  });

  it('continues when its access token is lost or expired: the cookie renews it', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await see(page, 'prod-redis');
    let refused = 0;
    await page.route('**/v1/databases?*', async (route) => {
      if (refused > 0) return route.continue();
      refused += 1;
      const headers = { ...route.request().headers(), authorization: 'Bearer latchkey_expired' };
      return route.continue({ headers });
    });
    await page.getByRole('link', { name: 'Databases', exact: true }).click();
    await see(page, 'orders');
    expect(refused).toBe(1);
  });

  it('is listed in the settings, where another one is ended', async () => {
    stage.person = await aPerson(stage.browser, { userAgent: 'The first browser' });
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await see(page, 'prod-redis');
    const other = await aPerson(stage.browser, { userAgent: 'The second browser' });
    await other.page.goto(await stage.world.link());
    await see(other.page, 'prod-redis');

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('listitem').filter({ hasText: 'The second browser' }).getByRole('button').click();
    await page.getByText('The second browser').waitFor({ state: 'detached' });
    await other.page.reload();
    await see(other.page, 'API token');
    await other.context.close();
  });

  it('of a reader offers nothing that the API would refuse', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await signInWith((await aToken(['read'])).token);
    await see(page, '1 database is encrypted under this key.');

    expect(await page.getByRole('button', { name: 'Check again' }).count()).toBe(0);
  });
});

describe("a link of another team's", () => {
  it('shows what an unknown id shows: no such resource', async () => {
    const { token } = await aToken(['read', 'write'], 'globex');
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await signInWith(token);
    await see(page, 'There is no such resource in your team');
    for (const path of ['/keys/key_unknown', '/databases/orders', '/lockouts/lk_unknown']) {
      await page.goto(`${stage.world.url}${path}`);
      await see(page, 'There is no such resource in your team');
    }
  });
});

it('a new token is copied, not shown', async () => {
  stage.person = await aPerson(stage.browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = stage.person;
  await page.goto(await stage.world.link());
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('New token').fill('for a script');
  await page.getByRole('region', { name: 'Tokens' }).getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: /Copy the secret/ }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());

  expect(copied).toMatch(/^latchkey_[\w-]{43}$/);
  expect(await exposed(page)).not.toContain(copied);
});

it('lists of more than one page are followed to their end', async () => {
  stage.person = await aPerson(stage.browser);
  const { page } = stage.person;
  await page.goto(await stage.world.link());
  await see(page, 'prod-redis');
  for (const [list, name] of [
    ['tokens', 'name'],
    ['sessions', 'userAgent'],
    ['recipients', 'email'],
  ] as const)
    await multiply(page, {
      pattern: `**/v1/${list}?*`,
      total: 230,
      make: (first, index) => ({
        ...first,
        id: `${list}_${index}`,
        isCurrent: false,
        [name]: `${list}-${index}.example`,
      }),
    });
  await page.getByRole('link', { name: 'Settings' }).click();

  for (const last of ['tokens-229.example', 'sessions-229.example', 'recipients-229.example']) await see(page, last);
});
