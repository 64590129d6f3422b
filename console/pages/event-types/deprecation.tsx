import { Status } from '../../parts/status.tsx';

/** Says so where an event type is no longer to be relied on. */
export const Deprecation = ({ of }: { readonly of: { readonly deprecated: boolean } }) =>
  of.deprecated ? <Status kind="use" of="deprecated" /> : null;
