/** Lets the data plane use the customer's key for this database only. */
import { grantIssuer } from '#lib/aws/kms.ts';
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { stepping } from '#lib/databases/assembly.ts';
import { createGrant } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { serviceGrants } from '#lib/fleet/index.ts';

export const handler = task(DatabaseInput, () => createGrant({ ...stepping(), ...grantIssuer(), serviceGrants }));
