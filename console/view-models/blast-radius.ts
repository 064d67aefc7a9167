/**
 * The picture of what turning a key off does: key → databases → apps → recipients, as columns and the lines between.
 */
import type { Impact } from '../api/types.ts';
import { count, readable } from './names.ts';
import { databaseTone, type Tone } from './tone.ts';

export interface RadiusNode {
  readonly label: string;
  readonly note: string;
  readonly tone: Tone;
  readonly href: string | null;
}

export interface RadiusColumn {
  readonly title: string;
  readonly total: number;
  readonly nodes: readonly RadiusNode[];
  /** Nodes that did not fit. */
  readonly more: number;
}

/** From a row of one column to a row of the next. */
export interface RadiusEdge {
  readonly from: number;
  readonly to: number;
}

export interface BlastRadius {
  readonly columns: readonly RadiusColumn[];
  /** The lines between column n and column n + 1. */
  readonly edges: readonly (readonly RadiusEdge[])[];
  readonly summary: string;
  readonly asides: readonly string[];
}

/** Rows of a column; what is beyond is counted in one row more. */
const rows = 7;

/** The key's own name and state come from its page, which knows its lockout. */
export type KeyLabel = Pick<RadiusNode, 'label' | 'note' | 'tone'>;

export function blastRadius(impact: Impact, keyLabel: KeyLabel): BlastRadius {
  const databases = databaseColumn(impact);
  const apps = appColumn(impact);
  const people = recipientColumn(impact);
  const key = { title: 'Key', total: 1, nodes: [{ ...keyLabel, href: null }], more: 0 };
  const shown = columnNames(impact);
  const appEdges = impact.apps.items.flatMap(({ name, configVars }) =>
    configVars.map(({ database }) => [database, name] as const),
  );
  const mailEdges = impact.recipients.items.flatMap(({ email, apps: theirs }) =>
    theirs.map((app) => [app, email] as const),
  );
  return {
    columns: [key, databases, apps, people],
    edges: [
      databases.nodes.map((_, to) => ({ from: 0, to })).concat(databases.more > 0 ? [{ from: 0, to: rows }] : []),
      edgesBetween(appEdges, shown.databases, shown.apps),
      edgesBetween(mailEdges, shown.apps, shown.recipients),
    ],
    summary: summaryOf(impact),
    asides: asidesOf(impact),
  };
}

function columnOf(title: string, total: number, nodes: readonly RadiusNode[]): RadiusColumn {
  const shown = nodes.slice(0, rows);
  return { title, total, nodes: shown, more: total - shown.length };
}

const databaseColumn = ({ databases }: Impact): RadiusColumn =>
  columnOf(
    'Databases',
    databases.total,
    databases.items.slice(0, rows).map(({ id, name, status, follows }) => ({
      label: readable(name, 63),
      note: follows ? `follows ${readable(follows, 63)}` : status,
      tone: databaseTone(status),
      href: `/console/databases/${id}`,
    })),
  );

const appColumn = ({ apps }: Impact): RadiusColumn =>
  columnOf(
    'Apps',
    apps.total,
    apps.items.slice(0, rows).map(({ name, configVars }) => ({
      label: readable(name, 63),
      note: count(configVars.length, 'config var'),
      tone: 'grey' as const,
      href: null,
    })),
  );

const recipientColumn = ({ recipients }: Impact): RadiusColumn =>
  columnOf(
    'Notified',
    recipients.total,
    recipients.items.slice(0, rows).map(({ email, isConfirmed }) => ({
      label: readable(email, 254),
      note: isConfirmed ? 'every mail' : 'unconfirmed: one mail only',
      tone: isConfirmed ? ('grey' as const) : ('amber' as const),
      href: '/console/settings',
    })),
  );

const columnNames = ({ databases, apps, recipients }: Impact) => ({
  databases: databases.items.map(({ name }) => name),
  apps: apps.items.map(({ name }) => name),
  recipients: recipients.items.map(({ email }) => email),
});

/** Each line once; what is beyond the rows shown begins or ends at the row that counts it. */
function edgesBetween(
  pairs: readonly (readonly [string, string])[],
  left: readonly string[],
  right: readonly string[],
): RadiusEdge[] {
  const rowOf = (names: readonly string[]) => new Map(names.map((name, index) => [name, Math.min(index, rows)]));
  const [lefts, rights] = [rowOf(left), rowOf(right)];
  const known = new Map<string, RadiusEdge>();
  for (const [a, b] of pairs) {
    const [from, to] = [lefts.get(a), rights.get(b)];
    if (from !== undefined && to !== undefined) known.set(`${from} ${to}`, { from, to });
  }
  return [...known.values()];
}

function summaryOf({ databases, apps, recipients }: Impact): string {
  if (databases.total === 0) return 'Nothing depends on this key.';
  const people = `${count(recipients.total, 'person', 'people')} notified`;
  return [count(databases.total, 'database'), count(apps.total, 'app'), people].join(' → ');
}

const asidesOf = ({ followers, backups }: Impact): string[] => [
  ...(backups.total > 0 ? [`${count(backups.total, 'backup')} cannot be read or restored meanwhile.`] : []),
  ...(followers.total > 0
    ? [`${count(followers.total, 'follower')} under other keys keep serving, and fall behind.`]
    : []),
];
