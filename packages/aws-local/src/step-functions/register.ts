/**
 * The index of executions and Map runs and their ends, in `index.jsonl`, so that a start reads the journals of running
 * executions only.
 * Does not: delete executions after 90 days, as AWS does.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosedStatus } from './cursor.ts';
import { type Journal, openJournal } from './journal.ts';

export type Status = 'RUNNING' | ClosedStatus;

/** Times are in milliseconds since the epoch. */
export interface ExecutionRecord {
  readonly number: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  /** Hash of the definition. */
  readonly definition: string;
  readonly startDate: number;
  /** Set for a child of a distributed Map. */
  readonly mapRunArn: string | null;
  readonly status: Status;
  readonly stopDate: number | null;
}

export interface MapRunRecord {
  readonly arn: string;
  readonly executionArn: string;
  /** The machine's ARN with the Map's label. */
  readonly machineArn: string;
  readonly label: string;
  readonly startDate: number;
  readonly maxConcurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  readonly total: number;
  readonly status: Exclude<Status, 'TIMED_OUT'>;
  readonly stopDate: number | null;
}

type Line =
  | { readonly machine: string; readonly created: number }
  | { readonly execution: ExecutionRecord }
  | { readonly mapRun: MapRunRecord }
  | { readonly closed: string; readonly status: Status; readonly stopDate: number };

export interface Register {
  execution(arn: string): ExecutionRecord | undefined;
  /** Oldest first: a machine's own executions, or a Map run's children. */
  executionsOf(owner: string): readonly ExecutionRecord[];
  running(): ExecutionRecord[];
  mapRun(arn: string): MapRunRecord | undefined;
  mapRunsOf(executionArn: string): MapRunRecord[];
  /** The number of the next execution, which names its file. */
  nextNumber(): number;
  journalOf(record: ExecutionRecord): Journal;
  add(record: ExecutionRecord): void;
  addMapRun(record: MapRunRecord): void;
  /** Ends an execution or a Map run. */
  close(arn: string, status: ClosedStatus, stopDate: number): void;
  /** The time at which the machine was first declared. */
  created(machineArn: string, now: number): number;
}

interface Tables {
  readonly executions: Map<string, ExecutionRecord>;
  readonly owners: Map<string, string[]>;
  readonly open: Set<string>;
  readonly mapRuns: Map<string, MapRunRecord>;
  /** ARNs of Map runs by execution. */
  readonly runs: Map<string, string[]>;
  readonly machines: Map<string, number>;
  last: number;
}

export function openRegister(dir: string): Register {
  mkdirSync(join(dir, 'executions'), { recursive: true });
  const index = openJournal(join(dir, 'index.jsonl'));
  const tables: Tables = {
    executions: new Map(),
    owners: new Map(),
    open: new Set(),
    mapRuns: new Map(),
    runs: new Map(),
    machines: new Map(),
    last: 0,
  };
  for (const line of index.read() as Line[]) apply(tables, line);
  const write = (line: Line) => {
    index.append(line);
    apply(tables, line);
  };
  const recordsOf = (arns: Iterable<string>) => [...arns].flatMap((arn) => tables.executions.get(arn) ?? []);
  return {
    execution: (arn) => tables.executions.get(arn),
    executionsOf: (owner) => recordsOf(tables.owners.get(owner) ?? []),
    running: () => recordsOf(tables.open),
    mapRun: (arn) => tables.mapRuns.get(arn),
    mapRunsOf: (executionArn) => (tables.runs.get(executionArn) ?? []).flatMap((arn) => tables.mapRuns.get(arn) ?? []),
    nextNumber: () => tables.last + 1,
    journalOf: ({ number }) => openJournal(join(dir, 'executions', `${number}.jsonl`)),
    add: (execution) => write({ execution }),
    addMapRun: (mapRun) => write({ mapRun }),
    close: (closed, status, stopDate) => write({ closed, status, stopDate }),
    created: (machine, now) => {
      if (!tables.machines.has(machine)) write({ machine, created: now });
      return tables.machines.get(machine) ?? now;
    },
  };
}

function apply(tables: Tables, line: Line): void {
  if ('execution' in line) addExecution(tables, line.execution);
  else if ('mapRun' in line) addMapRun(tables, line.mapRun);
  else if ('machine' in line) tables.machines.set(line.machine, line.created);
  else closeRecord(tables, line);
}

function addExecution(tables: Tables, execution: ExecutionRecord): void {
  tables.executions.set(execution.arn, execution);
  tables.open.add(execution.arn);
  tables.last = Math.max(tables.last, execution.number);
  appendTo(tables.owners, execution.mapRunArn ?? execution.machineArn, execution.arn);
}

function addMapRun(tables: Tables, mapRun: MapRunRecord): void {
  tables.mapRuns.set(mapRun.arn, mapRun);
  appendTo(tables.runs, mapRun.executionArn, mapRun.arn);
}

function appendTo(lists: Map<string, string[]>, key: string, arn: string): void {
  const list = lists.get(key);
  if (list) list.push(arn);
  else lists.set(key, [arn]);
}

function closeRecord(
  tables: Tables,
  { closed, status, stopDate }: { closed: string; status: Status; stopDate: number },
): void {
  const execution = tables.executions.get(closed);
  if (execution) tables.executions.set(closed, { ...execution, status, stopDate });
  tables.open.delete(closed);
  const mapRun = tables.mapRuns.get(closed);
  if (mapRun && status !== 'TIMED_OUT') tables.mapRuns.set(closed, { ...mapRun, status, stopDate });
}
