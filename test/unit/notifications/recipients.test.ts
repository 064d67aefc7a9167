/** Recipients of mails: the admins of the apps, each once, with the apps that each administers. */
import { describe, expect, it } from '@jest/globals';
import { listRecipients, recipientsOfApps } from '#lib/notifications/recipients.ts';
import { anApp, teamId } from '#test/support/build.ts';

const shop = anApp({ id: 'app_1', name: 'shop', admins: ['ada@acme.example', 'eve@partner.example'] });
const blog = anApp({ id: 'app_2', name: 'blog', admins: ['ada@acme.example'] });
const unconfirmedAmong = async (_: string, emails: readonly string[]) =>
  emails.filter((email) => email.endsWith('partner.example'));

describe('recipients', () => {
  it('are the admins of the apps, with whether they get every mail', async () => {
    const found = await recipientsOfApps(unconfirmedAmong)(teamId, [shop, blog]);

    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ email: 'ada@acme.example', isConfirmed: true, apps: ['shop', 'blog'] }),
        expect.objectContaining({ email: 'eve@partner.example', isConfirmed: false, apps: ['shop'] }),
      ]),
    );
  });

  it('are listed page by page, each once', async () => {
    const admins = Array.from({ length: 45 }, (_, index) => `admin-${index}@acme.example`);
    const list = listRecipients({
      unconfirmedAmong,
      listApps: async () => ({ items: [anApp({ name: 'shop', admins })], cursor: null }),
    });

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(teamId, { after, limit: 20 });
      seen.push(...page.items.map(({ email }) => email));
      after = page.cursor;
    } while (after !== null);

    expect(seen.sort()).toEqual([...admins].sort());
  });
});
