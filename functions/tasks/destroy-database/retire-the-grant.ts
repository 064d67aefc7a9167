/** Retires the database's grant on the customer's key. */
import { grantIssuer } from '#lib/aws/kms.ts';
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { retireGrant } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';
import { stepping } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => retireGrant({ ...stepping(), ...grantIssuer() }));
