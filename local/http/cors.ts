/** CORS as an HTTP API does it: it answers preflights itself and adds headers to every answer. Pure. */

export interface CorsSettings {
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly AllowCredentials?: boolean | undefined;
  readonly MaxAge?: number | undefined;
}

/** Headers for an answer to a request from this origin; none where the origin is not allowed. */
export function corsHeaders(
  cors: CorsSettings | undefined,
  origin: string | undefined,
): Record<string, string> {
  if (!cors || !origin) return {};
  const any = cors.AllowOrigins?.includes('*');
  if (!any && !cors.AllowOrigins?.includes(origin)) return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** Further headers of the answer to a preflight. */
export function preflightHeaders(cors: CorsSettings): Record<string, string> {
  return {
    ...(cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
    ...(cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
}
