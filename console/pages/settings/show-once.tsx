import { Foreign } from '../../parts/layout.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';

/** A secret that the API shows once. */
export interface Shown {
  readonly what: 'key' | 'portal link';
  readonly name: string;
  /** Undefined where a request was repeated, and was shown already. */
  readonly text: string | undefined;
}

/** Shows a secret until the dialog is closed; then it is gone. */
export const ShowOnce = ({ what, name, text, onClose }: Shown & { onClose(): void }) => (
  <ShownOnce
    title={
      <>
        The {what} for <Foreign text={name} />
      </>
    }
    text={text}
    what={`the ${what}`}
    onClose={onClose}
  >
    Copy it now. It is not shown again{what === 'key' ? ', and only a hash of it is stored' : ''}.
  </ShownOnce>
);
