import { $api } from '../api/client.ts';
import type { Answer } from '../api/types.ts';
import { IS_PORTAL } from './mode.ts';
import { useSessionControl } from './session.tsx';

export type Branding = Answer<'/v1/branding'>;

/** How the tenant wants its portal to look. The console looks the same for all tenants. */
export function useLook(): Partial<Branding> {
  const { state } = useSessionControl();
  const { data } = $api.useQuery(
    'get',
    '/v1/branding',
    {},
    { enabled: IS_PORTAL && state.kind === 'signed-in', staleTime: Number.POSITIVE_INFINITY },
  );
  return data ?? {};
}
