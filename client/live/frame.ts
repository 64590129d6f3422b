import type { Schemas } from '../types.ts';

/** What the live channel sends, at most once a second. */
export type Frame = Schemas['LiveFrame'];
export type LiveOutcome = Schemas['LiveOutcome'];

/** A message of the channel, whatever it says beside its type. */
export interface Message {
  readonly type: string;
}

/** Undefined for what is no message of the channel. */
export function readMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const isMessage = typeof message === 'object' && message !== null && 'type' in message;
    return isMessage && typeof message.type === 'string' ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

export const isFrame = (message: Message): message is Frame =>
  message.type === 'frame' &&
  typeof (message as Frame).id === 'string' &&
  typeof (message as Frame).at === 'string';
