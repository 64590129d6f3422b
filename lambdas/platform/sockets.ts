import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** One retry: what a connection misses can be fetched. */
const TRIES = 2;

/** Posts a text to a connection. @returns false when the connection is gone */
export type PostToSocket = (connection: string, text: string) => Promise<boolean>;

/**
 * Posts to the connections of a WebSocket API.
 * @param url where clients connect, `wss://…` with the stage
 * @param withinMs bounds a post, with the SDK's retry
 */
export function socketPoster(url: string, withinMs: number): PostToSocket {
  const endpoint = url.replace(/^ws/, 'http');
  const client = new ApiGatewayManagementApiClient({ endpoint, maxAttempts: TRIES });
  return async (ConnectionId, Data) => {
    try {
      const command = new PostToConnectionCommand({ ConnectionId, Data });
      await client.send(command, { abortSignal: AbortSignal.timeout(withinMs) });
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  };
}
