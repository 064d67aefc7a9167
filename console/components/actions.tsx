/** Buttons that change something, and the dialog before what cannot be undone. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Failure } from '../api/http.ts';
import { type Problem, unreachable } from '../view-models/problem.ts';
import { ProblemNote } from './feedback.tsx';

/** Of a failed change; null once it succeeded. */
async function problemOf(work: () => Promise<void>): Promise<Problem | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    console.error(error);
    return unreachable;
  }
}

/** Runs one change at a time and keeps its problem. `run` answers whether it succeeded. */
export function useChange(work: () => Promise<void>) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const run = async (): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    problem.value = await problemOf(work);
    busy.value = false;
    return problem.value === null;
  };
  /** For a form. */
  const submit = (event: Event) => {
    event.preventDefault();
    void run();
  };
  return { busy, problem, run, submit };
}

interface ActionProps {
  readonly label: string;
  readonly busyLabel?: string;
  readonly kind?: 'plain' | 'primary' | 'danger';
  readonly work: () => Promise<void>;
}

export function Action({ label, busyLabel = label, kind = 'plain', work }: ActionProps) {
  const { busy, problem, run } = useChange(work);
  return (
    <span class="action">
      <button type="button" class={kind} aria-busy={busy.value} onClick={() => void run()}>
        {busy.value ? busyLabel : label}
      </button>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
    </span>
  );
}

interface ConfirmProps {
  readonly label: string;
  readonly title: string;
  /** What will happen, to what and to whom. */
  readonly children: ComponentChildren;
  /** To be typed. */
  readonly name: string;
  readonly work: () => Promise<void>;
}

/** Opens a dialog that says what will happen, and wants the object's name typed. */
export function ConfirmedAction(props: ConfirmProps) {
  const open = useSignal(false);
  return (
    <>
      <button type="button" class="danger" onClick={() => (open.value = true)}>
        {props.label}
      </button>
      {open.value ? <ConfirmDialog {...props} close={() => (open.value = false)} /> : null}
    </>
  );
}

function ConfirmDialog({ label, title, children, name, work, close }: ConfirmProps & { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal('');
  const [titleId, fieldId] = [useId(), useId()];
  const { busy, problem, run } = useChange(work);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.value === name) void run().then((done) => done && close());
  };
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={titleId}>{title}</h2>
        {children}
        <label for={fieldId}>
          Type <code>{name}</code> to confirm
        </label>
        <input
          id={fieldId}
          autocomplete="off"
          value={typed.value}
          onInput={(e) => (typed.value = e.currentTarget.value)}
        />
        {problem.value ? <ProblemNote problem={problem.value} /> : null}
        <div class="buttons">
          <button type="submit" class="danger" disabled={typed.value !== name || busy.value}>
            {label}
          </button>
          <button type="button" onClick={close}>
            Keep it
          </button>
        </div>
      </form>
    </dialog>
  );
}
