/** What the key allows, action by action, with the statements to add for what it refuses. */
import { Fragment } from 'preact';
import type { Check } from '../api/types.ts';
import { type Fixes, fixes, rights } from '../view-models/rights.ts';
import { Command, Foreign } from './text.tsx';

const signs = { allowed: '✓', denied: '✗', unknown: '?' } as const;

/** A long name may break before each of its words. */
const Breakable = ({ name }: { readonly name: string }) => (
  <>
    {name.split(/(?=[A-Z])/).map((word) => (
      <Fragment key={word}>
        {word}
        <wbr />
      </Fragment>
    ))}
  </>
);

const Statements = ({ fixes: needed }: { readonly fixes: Fixes | null }) =>
  needed ? (
    <div class="fix">
      <p>
        Add {needed.count === 1 ? 'this statement' : `these ${needed.count} statements`} to the key policy, for{' '}
        <strong>{needed.actions.join(', ')}</strong>:
      </p>
      <Command text={needed.statements} what="the policy statements" />
    </div>
  ) : null;

export const RightsMatrix = ({ check }: { readonly check: Pick<Check, 'actions' | 'fixes'> }) => (
  <>
    <ul class="rights">
      {rights(check).map(({ action, state, meaning }) => (
        <li key={action} class={state}>
          <span class="sign" aria-hidden="true">
            {signs[state]}
          </span>
          <span>
            <strong>
              <Breakable name={action} />
            </strong>{' '}
            <span class="visually-hidden">{state}</span>
            <small>{meaning}</small>
          </span>
        </li>
      ))}
    </ul>
    <Statements fixes={fixes(check)} />
  </>
);

export const Warnings = ({ check: { warnings } }: { readonly check: Pick<Check, 'warnings'> }) => (
  <>
    {warnings.map(({ code, detail, fix }) => (
      <div key={code} class="note amber">
        <p>
          <Foreign text={detail} most={1000} />
        </p>
        <Command text={fix} what={`the fix for ${code.replaceAll('_', ' ')}`} />
      </div>
    ))}
  </>
);
