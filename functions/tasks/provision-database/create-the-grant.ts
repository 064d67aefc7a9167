/** Lets the data plane use the customer's key for this database only. */

import { serviceGrants } from '#fleet';
import { grantIssuer } from '#lib/aws/kms.ts';
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { createGrant } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { stepping } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => createGrant({ ...stepping(), ...grantIssuer(), serviceGrants }));
