/** Plans. */
import * as z from 'zod/mini';
import { operation, pageOf, pageQuery } from './operation.ts';

export const ListPlans = operation({
  id: 'listPlans',
  route: 'GET /v1/plans',
  summary: 'All plans',
  scope: 'read',
  query: pageQuery,
  response: () =>
    pageOf(
      z.object({
        name: z.string(),
        tier: z.enum(['common', 'private', 'shield']),
        memoryMb: z.int(),
        maxClients: z.int(),
        evictionPolicy: z.string(),
        customerKey: z.boolean().check(z.describe('Whether a customer key can be used')),
      }),
    ),
});
