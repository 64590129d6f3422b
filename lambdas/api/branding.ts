import * as z from 'zod';
import { logoProblem, MAX_LOGO_BYTES } from '../tenants/logo.ts';
import { route } from './route.ts';
import { name } from './schemas.ts';

/** How a tenant's portal looks. */

/** Of the longest logo in base64, and of what stands before it. */
const MAX_LOGO_TEXT = Math.ceil(MAX_LOGO_BYTES / 3) * 4 + 'data:image/svg+xml;base64,'.length;

const logo = z
  .string()
  .superRefine((text, { addIssue }) => {
    const problem =
      text.length > MAX_LOGO_TEXT ? `expected at most ${MAX_LOGO_BYTES} bytes` : logoProblem(text);
    if (problem) addIssue({ code: 'custom', message: problem });
  })
  .meta({
    maxLength: MAX_LOGO_TEXT,
    description: `A \`data:\` URI in base64 of a PNG, JPEG, WebP or SVG picture of up to ${MAX_LOGO_BYTES} bytes.`,
  });

const fields = {
  name: name.optional().meta({ description: 'What stands at the portal’s top.' }),
  logo: logo.optional(),
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'expected a colour as #rrggbb')
    .optional()
    .meta({ description: 'Of links and buttons.' }),
  cornerRadius: z.int().min(0).max(16).optional().meta({ description: 'In pixels.' }),
};

const branding = z.strictObject(fields).meta({ id: 'Branding' });
export type BrandingView = z.infer<typeof branding>;

const example: BrandingView = {
  name: 'Acme webhooks',
  logo: 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=',
  accent: '#3b4cca',
  cornerRadius: 8,
};

const base = { function: 'manage', path: '/v1/branding', tag: 'Tenants' } as const;
const answers = { 200: { description: 'How the portal looks.', schema: branding, example } } as const;

export const brandingRoutes = {
  getBranding: route({
    ...base,
    method: 'GET',
    scope: 'read',
    limitedBy: 'nothing',
    summary: 'Read how the portal looks',
    answers,
  }),
  putBranding: route({
    ...base,
    method: 'PUT',
    scope: 'manage',
    keysOnly: true,
    summary: 'Set how the portal looks',
    description: 'What is left out gets its default.',
    body: { schema: branding, example },
    answers,
  }),
};
