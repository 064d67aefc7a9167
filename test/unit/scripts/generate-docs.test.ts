/** The generated documents are complete and up to date. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { events } from '#lib/model/events.ts';
import { problems } from '#lib/model/problem.ts';
import { listStates, machineNames, readMachine } from '#statemachines/definitions.ts';
import { operations } from '../../../scripts/documents/operations.ts';
import { generatedDocuments } from '../../../scripts/generate-docs.ts';

const documents = generatedDocuments();
const document = (path: string): string => documents[path] ?? '';
const committed = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the generated documents', () => {
  it.each(Object.keys(documents))('%s is what the code says now (else: npm run openapi)', (path) => {
    expect(committed(path)).toBe(document(path));
  });

  it('are the same when they are made again', () => {
    expect(generatedDocuments()).toEqual(documents);
  });
});

describe('docs/openapi.json', () => {
  const { paths } = JSON.parse(document('docs/openapi.json')) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };

  it('has every operation under its path and method', () => {
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );

    expect(described.sort()).toEqual(operations.map(({ route, id }) => `${route} ${id}`).sort());
  });

  it('names every member that it requires', () => {
    const unnamed: string[] = [];
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { required, properties = {} } = value as { required?: unknown; properties?: object };
      if (Array.isArray(required))
        unnamed.push(...required.filter((name) => !(name in properties)).map((name) => `${at} ${name}`));
      for (const [name, member] of Object.entries(value)) walk(member, `${at}/${name}`);
    };

    walk(paths, '');

    expect(unnamed).toEqual([]);
  });
});

describe('docs/problems.md and docs/events.md', () => {
  it.each(Object.entries(problems))('%s is listed with its status and title', (code, [status, title]) => {
    expect(document('docs/problems.md')).toContain(`| \`${code}\` | ${status} | ${title} |`);
  });

  it.each(Object.entries(events))('%s is listed with its data', (type, schema) => {
    const { shape } = schema();
    const row = document('docs/events.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${type}\` |`));

    for (const name of Object.keys(shape)) expect(row).toContain(`\`${name}\``);
  });
});

describe('statemachines/README.md', () => {
  it.each(machineNames)('draws every state of %s and says why it is there', (name) => {
    const section = document('statemachines/README.md')
      .split('\n## ')
      .find((text) => text.startsWith(`[${name}]`));

    for (const [state, { Comment = 'a reason' }] of listStates(readMachine(name))) {
      expect(section).toContain(`state "${state}" as `);
      expect(section).toContain(Comment);
    }
  });
});
