/**
 * Rules and their targets: declared rules, which cannot change, and created ones, which are in one file that is
 * replaced atomically.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { accountOf, type Bus } from './buses.ts';
import { compilePattern, type Matches, parsePattern } from './pattern.ts';

export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly [member: string]: unknown;
}

export type State = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface Rule {
  readonly name: string;
  readonly busArn: string;
  readonly busName: string;
  readonly pattern: string;
  readonly state: State;
  readonly description?: string;
  readonly roleArn?: string;
  readonly targets: readonly Target[];
}

export interface DeclaredTarget {
  readonly arn: string;
  /** The queue for events that could not be delivered. */
  readonly deadLetterArn?: string;
}

export interface DeclaredRule {
  readonly name: string;
  readonly busArn: string;
  readonly pattern: unknown;
  readonly state?: State;
  readonly targets: readonly DeclaredTarget[];
}

export interface Rules {
  find(bus: Bus, name: string): Rule | undefined;
  on(busArn: string): readonly Rule[];
  isDeclared(rule: Rule): boolean;
  matches(rule: Rule, event: unknown): boolean;
  /** Written to the file before it returns. */
  save(rule: Rule): void;
  remove(rule: Rule): void;
}

const keyOf = (busArn: string, name: string) => `${busArn}|${name}`;

export function ruleArn({ busArn, busName, name }: Pick<Rule, 'busArn' | 'busName' | 'name'>): string {
  const region = busArn.split(':').slice(0, 4).join(':');
  return `${region}:${accountOf(busArn)}:rule/${busName === 'default' ? name : `${busName}/${name}`}`;
}

export function openRules(path: string, declared: readonly DeclaredRule[]): Rules {
  const created = new Map<string, Rule>();
  const fixed = new Map<string, Rule>();
  const compiled = new Map<string, Matches>();
  if (existsSync(path)) {
    for (const rule of JSON.parse(readFileSync(path, 'utf8')) as Rule[])
      created.set(keyOf(rule.busArn, rule.name), rule);
  }
  for (const rule of declared) fixed.set(keyOf(rule.busArn, rule.name), asRule(rule));
  const all = () => [...fixed.values(), ...[...created].filter(([key]) => !fixed.has(key)).map(([, rule]) => rule)];
  const write = () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.draft`, JSON.stringify([...created.values()]));
    renameSync(`${path}.draft`, path);
  };
  return {
    find: ({ arn }, name) => fixed.get(keyOf(arn, name)) ?? created.get(keyOf(arn, name)),
    on: (busArn) => all().filter((rule) => rule.busArn === busArn),
    isDeclared: (rule) => fixed.has(keyOf(rule.busArn, rule.name)),
    matches({ pattern }, event) {
      const matches = compiled.get(pattern) ?? parsePattern(pattern);
      compiled.set(pattern, matches);
      return matches(event);
    },
    save(rule) {
      created.set(keyOf(rule.busArn, rule.name), rule);
      write();
    },
    remove(rule) {
      created.delete(keyOf(rule.busArn, rule.name));
      write();
    },
  };
}

function asRule({ name, busArn, pattern, state = 'ENABLED', targets }: DeclaredRule): Rule {
  compilePattern(pattern);
  return {
    name,
    busArn,
    busName: busArn.slice(busArn.indexOf('/') + 1),
    pattern: JSON.stringify(pattern),
    state,
    targets: targets.map(({ arn, deadLetterArn }, index) => ({
      Id: String(index + 1),
      Arn: arn,
      ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
    })),
  };
}
