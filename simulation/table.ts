/** The table in memory as functions see it: calls take time and fail, transactions conflict, and the index lags. */
import type { Documents, Table } from '#lib/store/table.ts';
import type { Chaos } from './chaos.ts';
import { createMemoryTable, type MemoryTable, namedError, type Row } from './memory-table.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimulatedTable extends Table, Pick<MemoryTable, 'row' | 'rows'> {}

interface Observer {
  readonly onWrite?: (row: Row) => void;
  /** Called with what must never happen: here, a command or an expression that the table does not know. */
  readonly breach: (what: string) => void;
}

export function simulatedTable(time: VirtualTime, chaos: Chaos, { onWrite, breach }: Observer): SimulatedTable {
  const { row, rows, execute } = createMemoryTable({
    ...(onWrite ? { onWrite } : {}),
    onUnknown: (what) => breach(`the simulated table does not know ${what}`),
    updateIndex: (update) => {
      const lag = chaos.hits(chaos.rates().event) ? chaos.between(50, 3000) : 10;
      time.at(time.millis() + lag, update);
    },
    conflictIn: (items) => (chaos.hits(chaos.rates().conflict) ? Math.floor(chaos.chance() * items) : -1),
  });
  const send = (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) =>
    chaos.call(
      'table',
      () => execute(command.constructor.name, command.input),
      () => namedError('ThrottlingException', 'Rate exceeded'),
    );
  return { row, rows, name: 'simulated', documents: { send: send as Documents['send'] } };
}
