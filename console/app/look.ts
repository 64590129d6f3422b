import { $api } from '../api/client.ts';
import type { Answer } from '../api/types.ts';
import { IS_PORTAL } from './mode.ts';
import { useSessionControl } from './session.tsx';

export type Branding = Answer<'/v1/branding'>;

const DEFAULT: Partial<Branding> = {};

/** How the tenant wants its portal to look. The console looks the same for all tenants. */
export const useLook = (): Partial<Branding> => useBranding().data ?? DEFAULT;

/** Whether the look is still to come, so that a portal does not show another one for a moment. */
export function useIsLookComing(): boolean {
  const { isLoading, failureCount } = useBranding();
  return isLoading && failureCount === 0;
}

function useBranding() {
  const { state } = useSessionControl();
  return $api.useQuery(
    'get',
    '/v1/branding',
    {},
    { enabled: IS_PORTAL && state.kind === 'signed-in', staleTime: Number.POSITIVE_INFINITY },
  );
}
