/** The operations of teams, their tokens and the addresses that get mails, joined with a deployment's table. */
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { confirmRecipient } from '#lib/notifications/confirm.ts';
import { listRecipients } from '#lib/notifications/recipients.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { appStore } from '#lib/store/apps.ts';
import { recipientReader, recipientStore } from '#lib/store/recipients.ts';
import { sessionStore } from '#lib/store/sessions.ts';
import { deployedTable, readRow } from '#lib/store/table.ts';
import { teamStore } from '#lib/store/teams.ts';
import { changeTeam } from '#lib/teams/mail-domains.ts';
import { revokeToken } from '#lib/teams/revoke.ts';
import { createToken } from '#lib/teams/tokens.ts';
import { committer } from './committer.ts';

export const listTokens = () => teamStore().listTokens;
export const addToken = () => createToken({ ...teamStore(), ...committer(), newId, now });
export const revoke = () => revokeToken({ ...teamStore(), ...committer(), now });
export const change = () => changeTeam({ ...teamStore(), ...recipientReader(), ...committer(), now });
export const listMailRecipients = () =>
  listRecipients({ ...appStore(), unconfirmedAmong: unconfirmedAmong(recipientReader()) });
export const confirmAddress = () => confirmRecipient({ ...recipientStore(), ...committer(), now });

/** Finds the caller behind a token. */
export const tokenPorts = () => ({ ...teamStore(), ...sessionStore(), now });

/** Throws `Transient` if the table does not respond. */
export const assertTableResponds = async (): Promise<void> =>
  void (await readRow(deployedTable, { pk: 'HEALTH', sk: 'HEALTH' }));
