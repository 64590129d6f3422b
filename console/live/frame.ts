import type { Answer } from '../api/types.ts';

/** What the live channel sends, at most once a second. */
export type Frame = Answer<'/v1/live/frames'>['items'][number];
export type LiveOutcome = NonNullable<Frame['outcomes']>[number];

/** Every message of the channel; undefined for what this version does not know. */
export type Message = Frame | { readonly type: 'pong' };

export function readMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
    return message.type === 'frame' || message.type === 'pong' ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}
