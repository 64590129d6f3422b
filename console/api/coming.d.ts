/** Routes that the pages use and the API is about to get. */
import './schema.d.ts';

type Json<T> = { content: { 'application/json': T } };
type Params = { parameters: { query?: never; header?: never; path?: never; cookie?: never } };
interface FrameView {
  type: 'frame';
  id: string;
  at: string;
  outcomes?: {
    deliveryId: string;
    eventId: string;
    type: string;
    targetId: string;
    subscriptionId: string;
    status: 'retrying' | 'parked' | 'delivered' | 'dead';
    attempt: number;
    statusCode?: number;
    ms?: number;
    reason?: string;
    at: string;
    nextAttemptAt?: string;
  }[];
  counts?: { delivered: number; failed: number; dead: number; waiting: number; leftOut: number };
  targets?: { targetId: string; state: string; reason?: string; at: string }[];
  replays?: { id: string; status: string; done: number; total?: number }[];
  changed?: string[];
}

declare module './schema.d.ts' {
  interface paths {
    '/v1/live/tickets': Params & {
      post: Params & {
        requestBody?: never;
        responses: { 201: Json<{ ticket: string; url: string; expiresAt: string }> };
      };
    };
    '/v1/live/frames': Params & {
      get: {
        parameters: { query: { after: string }; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: { 200: Json<{ items: FrameView[]; complete: boolean }> };
      };
    };
  }
}
