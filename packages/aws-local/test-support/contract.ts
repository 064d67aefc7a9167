/**
 * Contracts of AWS services: tables of cases, each with what AWS documents as its answer, asked of the emulators of
 * this repository and of emulators that others wrote. An emulator that drifts fails; an emulator that differs is on
 * record in the case, and fails when it is put right.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EmulatorName, Target, TargetName } from './targets.ts';

/**
 * Where an emulator does not answer as AWS does. It is asserted too. For the emulators of this repository there is
 * none: they are put right.
 */
export interface Difference {
  readonly expected: unknown;
  /** What AWS documents, and where. */
  readonly aws: string;
}

export interface Case<World> {
  /** What AWS does, as a sentence whose subject is the service. */
  readonly name: string;
  /** Asks, and answers what is compared. */
  readonly run: (world: World) => Promise<unknown>;
  /** May hold matchers. */
  readonly expected: unknown;
  readonly except?: Partial<Readonly<Record<EmulatorName, Difference>>>;
}

export interface Contract<World> {
  readonly service: string;
  readonly cases: readonly Case<World>[];
}

/** Declares the tests: each case at each target. */
export function holds<World>({ service, cases }: Contract<World>, targets: readonly Target<World>[]): void {
  describe.each(targets)(`${service} of $name`, ({ name, open }) => {
    let opened: Awaited<ReturnType<Target<World>['open']>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const titled = cases.map((each) => ({ ...each, title: titleOf(each, name) }));
    it.each(titled)('$title', async ({ run, expected, except }) => {
      const differs = differenceAt(name, except);
      expect(await run(opened.world)).toEqual(differs ? differs.expected : expected);
    });
  });
}

const differenceAt = (target: TargetName, except: Case<never>['except']): Difference | undefined =>
  target === 'aws-local' ? undefined : except?.[target];

function titleOf({ name: title, except }: Pick<Case<never>, 'name' | 'except'>, target: TargetName): string {
  const differs = differenceAt(target, except);
  return differs ? `${title}; it does not, against AWS's word that ${differs.aws}` : title;
}

/** An SDK's refusal by its name; whatever else was answered is none. */
export async function refusal(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** What was answered, or the name of the refusal. */
export async function responseOrErrorName<Result>(response: Promise<Result>): Promise<Result | string> {
  const said = await refusal(response);
  return said === 'accepted' ? response : said;
}

/** Rows of a table in Markdown: the emulator, the case, and AWS's word. */
export const differencesOf = (contracts: readonly Contract<never>[]): string[] =>
  contracts.flatMap(({ cases }) =>
    cases.flatMap(({ name, except = {} }) =>
      Object.entries(except).map(([emulator, { aws }]) => `| ${emulator} | ${name.replaceAll('|', '\\|')} | ${aws} |`),
    ),
  );

/** The rows of that table in a document, without the spaces that align it. */
export const listedDifferences = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => /^\| (ministack|moto) +\| .* \| .* \|$/.test(line))
    .map((line) => line.replaceAll(/ +\|/g, ' |'));
