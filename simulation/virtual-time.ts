/** Virtual time, which advances when no work is left at the current time. Does not: wait for real input or output. */

export interface VirtualTime {
  now(): Date;
  millis(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Calls back at a time in milliseconds since the epoch; returns a function that cancels it. */
  at(time: number, wake: () => void): () => void;
  /** Runs everything that is due until this time. */
  runUntil(time: number): Promise<void>;
}

interface Timer {
  readonly time: number;
  readonly order: number;
  readonly wake: () => void;
  cancelled: boolean;
}

const earlier = (a: Timer, b: Timer): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

/** A binary heap of timers, soonest first. */
function queueOfTimers() {
  const heap: Timer[] = [];
  const swap = (a: number, b: number) => {
    const [first, second] = [heap[a], heap[b]];
    if (first && second) [heap[a], heap[b]] = [second, first];
  };
  const before = (a: number, b: number): boolean => {
    const [first, second] = [heap[a], heap[b]];
    return first !== undefined && (second === undefined || earlier(first, second));
  };
  const sink = (index: number) => {
    const left = 2 * index + 1;
    const child = before(left + 1, left) ? left + 1 : left;
    if (child >= heap.length || !before(child, index)) return;
    swap(index, child);
    sink(child);
  };
  return {
    first: (): Timer | undefined => heap[0],
    push: (timer: Timer) => {
      heap.push(timer);
      for (let index = heap.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (!before(index, parent)) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop: () => {
      swap(0, heap.length - 1);
      heap.pop();
      sink(0);
    },
  };
}

/** Waits until the callbacks of all settled promises have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function virtualTime(start: number): VirtualTime {
  const queue = queueOfTimers();
  let clock = start;
  let order = 0;
  const at: VirtualTime['at'] = (time, wake) => {
    const timer: Timer = { time: Math.max(time, clock), order: order++, wake, cancelled: false };
    queue.push(timer);
    return () => {
      timer.cancelled = true;
    };
  };
  return {
    now: () => new Date(clock),
    millis: () => clock,
    at,
    sleep: (milliseconds) => new Promise((resolve) => at(clock + milliseconds, resolve)),
    runUntil: async (end) => {
      await settled();
      for (let next = queue.first(); next && next.time <= end; next = queue.first()) {
        queue.pop();
        if (next.cancelled) continue;
        clock = Math.max(clock, next.time);
        next.wake();
        await settled();
      }
      clock = Math.max(clock, end);
    },
  };
}
