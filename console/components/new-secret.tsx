/** A secret that the API gives once. It is copied, and not shown: nothing on the page has it. */
import { CopyButton } from './text.tsx';

interface NewSecretProps {
  readonly secret: string;
  /** What it is the secret of. */
  readonly what: string;
  readonly dismiss: () => void;
}

export const NewSecret = ({ secret, what, dismiss }: NewSecretProps) => (
  <div class="note green" role="status">
    <p>This is the only time that the secret of {what} can be copied. Copy it now, then dismiss this.</p>
    <p class="buttons">
      <CopyButton text={secret} what={`the secret of ${what}`} label="Copy the secret" />
      <button type="button" class="small" onClick={dismiss}>
        Dismiss
      </button>
    </p>
  </div>
);
