export { type Answered, Call } from './call.ts';
export { consume } from './consumer/consume.ts';
export type { ConsumeSettings, Message, Work } from './consumer/settings.ts';
export * from './errors.ts';
export type { Hooks, ReceivedResponse, SentRequest } from './hooks.ts';
export type { Operations } from './methods.gen.ts';
export type { Operation } from './operation.ts';
export { OPERATIONS } from './operations.gen.ts';
export { type Page, Pages } from './pages.ts';
export { type Asked, Posthorn, type Settings } from './posthorn.ts';
export { type NewEvent, type Outcome, Publisher } from './publisher/publisher.ts';
export type { PublisherSettings } from './publisher/settings.ts';
export type { AnyArgs } from './request.ts';
export type {
  AnyOptions,
  Args,
  ArgsOf,
  CallOptions,
  Form,
  OperationName,
  Options,
  Published,
  Raw,
  Result,
  Row,
  Schemas,
} from './types.ts';
