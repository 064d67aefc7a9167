/** The OpenAPI document: tags, links and responses of every operation. */
import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../../scripts/documents/openapi.ts';
import { chapters, operations } from '../../../scripts/documents/operations.ts';

interface Response {
  readonly headers: Record<string, { $ref: string }>;
  readonly links?: Record<string, { operationId: string; parameters: Record<string, string> }>;
}
interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly responses: Record<string, Response>;
}
const document = openApiDocument();
const described = Object.values(document.paths).flatMap((item) => Object.values(item) as Described[]);
const linksOf = (id: string) =>
  Object.values(described.find(({ operationId }) => operationId === id)?.responses ?? {})[0]?.links;

describe('the OpenAPI document', () => {
  it('puts every operation into one chapter', () => {
    for (const { operationId, tags } of described) expect([operationId, tags.length]).toEqual([operationId, 1]);
    expect(document.tags.map(({ name }) => name)).toEqual(chapters.map(({ name }) => name));
  });

  it('links from a created resource to all its operations', () => {
    expect(linksOf('createDatabase')).toMatchObject({
      getDatabase: { operationId: 'getDatabase', parameters: { database: '$response.body#/id' } },
      promoteDatabase: { parameters: { database: '$response.body#/id' } },
    });
    expect(linksOf('createDatabase')).not.toHaveProperty('getBackup');
    expect(linksOf('createBackup')).toMatchObject({
      getBackup: {
        operationId: 'getBackup',
        parameters: { database: '$request.path.database', backup: '$response.body#/id' },
      },
    });
  });

  it('links to what a PUT sets by that PUT only', () => {
    expect(linksOf('registerKey')).toHaveProperty('setDrillSchedule');
    expect(linksOf('registerKey')).not.toHaveProperty('getDrillSchedule');
    expect(linksOf('registerKey')).not.toHaveProperty('removeDrillSchedule');
  });

  it('links from a list to its items', () => {
    expect(linksOf('listLockouts')).toEqual({
      getLockout: { operationId: 'getLockout', parameters: { lockout: '$response.body#/items/0/id' } },
    });
    expect(linksOf('listPlans')).toBeUndefined();
  });

  it('links to operations that exist, by parameters that they have', () => {
    const links = described.flatMap(({ responses }) =>
      Object.values(responses).flatMap((each) => Object.values(each.links ?? {})),
    );

    expect(links.length).toBeGreaterThan(20);
    for (const { operationId, parameters } of links) {
      const target = operations.find(({ id }) => id === operationId);
      expect([operationId, Object.keys(target?.params.shape ?? {})]).toEqual([operationId, Object.keys(parameters)]);
    }
  });

  it('documents a request id for every response, and Retry-After where it applies', () => {
    for (const { responses } of described) {
      for (const [status, { headers }] of Object.entries(responses)) {
        expect(Object.keys(headers)).toContain('X-Request-Id');
        expect('Retry-After' in headers).toBe(status === '429' || status === '503');
        expect('WWW-Authenticate' in headers).toBe(status === '401');
      }
    }
  });
});
