import type { BrandingView } from '../../api/branding.ts';
import type { ROUTES } from '../../api/routes.ts';
import { frameOf } from '../../config/maker.ts';
import { BRANDING_ID, type Branding } from '../../tenants/branding.ts';
import type { Operation } from '../operation.ts';
import { changing } from '../optimistic-update.ts';

type Routes = typeof ROUTES;

const viewOf = ({ name, logo, accent, cornerRadius }: Partial<Branding>): BrandingView => ({
  ...(name !== undefined && { name }),
  ...(logo !== undefined && { logo }),
  ...(accent !== undefined && { accent }),
  ...(cornerRadius !== undefined && { cornerRadius }),
});

/** A tenant that has set nothing has the revision 0. */
export const getBranding: Operation<Routes['getBranding']> = async ({ branding }, { tenant }) => {
  const known = await branding.readBranding(tenant);
  return { status: 200, body: viewOf(known ?? {}), revision: known?.revision ?? 0 };
};

export const putBranding: Operation<Routes['putBranding']> = async ({ branding }, call) => {
  const { tenant, body, ifMatch, make } = call;
  const none: Branding = { id: BRANDING_ID, ...frameOf(make, undefined), revision: 0 };
  const next = await changing<Branding>({
    read: async () => (await branding.readBranding(tenant)) ?? none,
    replace: (made, revision) => branding.writeBranding(tenant, made, revision),
    ifMatch,
    at: make.at,
    edit: ({ name: _, logo: __, accent: ___, cornerRadius: ____, ...current }) => ({ ...current, ...body }),
  });
  return { status: 200, body: viewOf(next), revision: next.revision };
};
