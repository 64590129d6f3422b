import type { JsonRequest } from '../../http-client/json-client.ts';
import type { OAuthClient } from './auth.ts';

/** A request for a token by the client's own credentials (RFC 6749, 4.4.2). */
export function tokenRequest(client: OAuthClient, timeoutMs: number): JsonRequest {
  const { tokenUrl, clientId, clientSecret, clientAuthentication = 'basic', scope, audience } = client;
  const isBasic = clientAuthentication === 'basic';
  return {
    method: 'POST',
    url: tokenUrl,
    headers: isBasic ? { authorization: `Basic ${basicOf(clientId, clientSecret)}` } : {},
    fields: {
      ...client.parameters,
      grant_type: 'client_credentials',
      ...(!isBasic && { client_id: clientId, client_secret: clientSecret }),
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
    },
    timeoutMs,
  };
}

/** Id and secret are encoded as in a form first (RFC 6749, 2.3.1). */
const basicOf = (id: string, secret: string): string =>
  Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64');

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
