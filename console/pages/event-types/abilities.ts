import { IS_PORTAL } from '../../app/mode.ts';
import { useMay } from '../../app/session.tsx';

/** Whether the session may change the catalogue: the API takes no portal token for that. */
export function useMayDescribe(): boolean {
  const may = useMay();
  return may('manage') && !IS_PORTAL;
}

/** Whether the session may publish. */
export function useMayPublish(): boolean {
  const may = useMay();
  return may('publish') && !IS_PORTAL;
}
