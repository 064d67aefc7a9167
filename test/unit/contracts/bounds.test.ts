/** Every text, number, list and record of every request has a bound. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { membersAtMost, multiline, printable } from '#lib/contracts/text.ts';
import { CreateToken } from '#lib/contracts/tokens.ts';
import * as herokuBodies from '#lib/heroku/requests.ts';
import { operations } from '../../../scripts/documents/operations.ts';

/**
 * A request is stored, hashed, published and shown, so an unbounded value would affect all of these. The test walks the
 * schemas in zod's representation, and tries each text with control characters.
 */
type Schema = z.core.$ZodType;
interface Place {
  readonly where: string;
  readonly schema: Schema;
}

const at = ({ where }: Place, step: string, schema: Schema): Place => ({ where: `${where}${step}`, schema });

type Def = z.core.$ZodTypes['_zod']['def'];
type DefOf<T extends Def['type']> = Extract<Def, { readonly type: T }>;
type Kinds<V> = { readonly [T in Def['type']]?: (def: DefOf<T>, place: Place) => V };
const defOf = ({ schema }: Place): Def => (schema as z.core.$ZodTypes)._zod.def;
const inner = (def: { readonly innerType: Schema }, place: Place): Place[] => [at(place, '', def.innerType)];

const parts: Kinds<Place[]> = {
  object: (def, place) => Object.entries(def.shape).map(([name, schema]) => at(place, `.${name}`, schema)),
  array: (def, place) => [at(place, '[]', def.element)],
  record: (def, place) => [at(place, '{name}', def.keyType), at(place, '{}', def.valueType)],
  union: (def, place) => def.options.map((option, index) => at(place, `|${index}`, option)),
  pipe: (def, place) => [at(place, '', def.in)],
  optional: inner,
  nullable: inner,
  default: inner,
};

const applied = <V>(kinds: Kinds<V>, place: Place): V | undefined =>
  (kinds[defOf(place).type] as ((def: Def, place: Place) => V) | undefined)?.(defOf(place), place);

/** The schema of a place and all schemas inside it that parse a request. */
const placesIn = (place: Place): Place[] => [place, ...(applied(parts, place) ?? []).flatMap(placesIn)];

const unwanted = [
  '\u001b[31m',
  'a\u0000b',
  'a\nb',
  '\u009b2J',
  'invoice\u202etxt.exe',
  '\u2066a',
  'a\ud800',
  'a\u2028b',
];
const isText = (schema: Schema, text: string): boolean => z.safeParse(schema, text).success;

interface Bound {
  readonly check: string;
  readonly maximum?: number;
  readonly value?: number | bigint;
}
const boundsOf = ({ _zod }: Schema): Bound[] =>
  (_zod.def.checks ?? []).map((check) => check._zod.def as unknown as Bound);
const hasLength = (schema: Schema): boolean =>
  boundsOf(schema).some(
    ({ check, maximum }) => check === 'max_length' && typeof maximum === 'number' && Number.isFinite(maximum),
  );
const hasBothEnds = (schema: Schema): boolean =>
  ['less_than', 'greater_than'].every((end) =>
    boundsOf(schema).some(({ check, value }) => check === end && Number.isFinite(Number(value))),
  );

const none = (): string[] => [];
const unless = (isFine: boolean, fault: string): string[] => (isFine ? [] : [fault]);

const faults: Kinds<string[]> = {
  string: (_, { schema }) => [
    ...unless(hasLength(schema), 'has no maxLength'),
    ...unwanted.filter((text) => isText(schema, text)).map((text) => `takes ${JSON.stringify(text)}`),
  ],
  number: (_, { schema }) => unless(hasBothEnds(schema), 'has no minimum and maximum'),
  array: (_, { schema }) => unless(hasLength(schema), 'has no maxItems'),
  record: (_, { schema }) => unless(!takesManyMembers(schema), 'has no maximum of members'),
  object: ({ catchall }) =>
    unless(!catchall || catchall._zod.def.type === 'never', 'takes members that it does not name'),
  ...{
    enum: none,
    literal: none,
    boolean: none,
    null: none,
    union: none,
    pipe: none,
    optional: none,
    nullable: none,
    default: none,
  },
};

const faultsOf = (place: Place): string[] =>
  applied(faults, place) ?? [`is of a type that this test does not know: ${defOf(place).type}`];

/** With names and values that every record here accepts. */
const takesManyMembers = (schema: Schema): boolean =>
  z.safeParse(schema, Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`A${index}`, '']))).success;

const roots: readonly Place[] = [
  ...operations.flatMap(({ id, params, query, body }) => [
    { where: `${id} path`, schema: params },
    { where: `${id} query`, schema: query },
    ...(body ? [{ where: `${id} body`, schema: body }] : []),
  ]),
  ...Object.entries(herokuBodies).map(([name, schema]) => ({ where: `heroku ${name}`, schema: schema() as Schema })),
];
const places = roots.flatMap(placesIn);
/** A config var's value may be a certificate: its line breaks are data. */
const severalLines = 'changeConfigVars body{} takes "a\\nb"';

describe('every request', () => {
  it('is bounded in each of its texts, numbers, lists and records, and takes no control characters', () => {
    expect(places.length).toBeGreaterThan(300);
    const found = places.flatMap((place) => faultsOf(place).map((fault) => `${place.where} ${fault}`));
    expect(found).toEqual([severalLines]);
  });

  it('of the CLI is declared where this test finds it', () => {
    const folder = resolve(import.meta.dirname, '../../../functions/heroku');
    for (const file of readdirSync(folder))
      expect([file, readFileSync(join(folder, file), 'utf8').includes('zod')]).toEqual([file, false]);
  });

  it('for a token with 37,000 scopes is refused', () => {
    const body = { name: 'many', scopes: Array.from({ length: 37_000 }, () => 'read') };
    expect(CreateToken.body?.safeParse(body).error?.issues.map(({ path }) => path.join('.'))).toEqual(['scopes']);
  });
});

describe('the walk', () => {
  const faultsIn = (schema: Schema) =>
    placesIn({ where: '', schema }).flatMap((place) => faultsOf(place).map((fault) => `${place.where} ${fault}`));

  it.each<[string, Schema, string]>([
    ['a text without a length', z.string(), 'has no maxLength'],
    ['a number with one bound', z.int().check(z.minimum(0)), 'has no minimum and maximum'],
    ['a list', z.array(z.boolean()), 'has no maxItems'],
    [
      'a record',
      z.record(printable({ max: 9 }), z.nullable(printable({ min: 0, max: 9 }))),
      'has no maximum of members',
    ],
    [
      'a record that only says so',
      z.record(printable({ max: 9 }), printable({ min: 0, max: 9 })).check(z.meta({ maxProperties: 9 })),
      'has no maximum of members',
    ],
    ['members without a name', z.looseObject({}), 'takes members that it does not name'],
    [
      'what is behind an option, a default and a list',
      z.optional(z._default(z.array(z.email()).check(z.maxLength(1)), [])),
      'has no maxLength',
    ],
    ['anything', z.unknown(), 'is of a type that this test does not know: unknown'],
  ])('finds %s', (_, schema, fault) => {
    expect(faultsIn(schema).join('; ')).toContain(fault);
  });

  it('finds nothing in bounded schemas', () => {
    const bounded = z.strictObject({
      a: printable({ max: 5 }),
      b: z.record(printable({ max: 9 }), z.boolean()).check(...membersAtMost(5)),
    });

    expect(faultsIn(bounded)).toEqual([]);
  });
});

describe('text', () => {
  it('may be in any script, and in several lines where that is data', () => {
    for (const text of ['Zoë', '鍵', 'مفتاح', '🔑 prod']) expect(isText(printable({ max: 20 }), text)).toBe(true);
    expect(isText(multiline({ max: 20 }), '-----BEGIN\r\n\tKEY')).toBe(true);
    expect(isText(multiline({ max: 20 }), '\u001b[2J')).toBe(false);
  });
});
