import type { ArgsOf, Posthorn, Schemas } from '../../client/index.ts';
import type { Values } from '../command.ts';
import { UsageError } from '../failure.ts';
import type { Io } from '../io.ts';
import { readStdin } from '../routes/body.ts';
import type { OperationInfo } from '../routes/operation-info.ts';
import { queryFrom } from '../routes/route-options.ts';

/** Which dead letters a command is about. */

export type Selection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filter: Values };

/** As the API takes in one request. */
const MAX_IDS = 100;

/** @throws UsageError where it is not clear which ones are meant */
export async function selectionOf(
  io: Io,
  info: OperationInfo,
  { ids: typed = [] }: { readonly ids?: readonly string[] },
  options: Values,
): Promise<Selection> {
  const filter = await queryFrom(io, { ...info, query: filterFields(info) }, options);
  const hasFilter = Object.keys(filter).length > 0;
  if (typed.length > 0) {
    if (hasFilter || options.all === true)
      throw new UsageError('expected ids, or --all and a filter, not both');
    return { kind: 'ids', ids: await idsOf(io, typed) };
  }
  if (!hasFilter && options.all !== true)
    throw new UsageError('expected ids, a filter such as --reason exhausted, or --all');
  return { kind: 'filter', filter };
}

/** The fields of the body that narrow. */
export const filterFields = ({ body }: OperationInfo) =>
  (body?.fields ?? []).filter(({ name }) => name !== 'ids' && name !== 'all');

/** Each once. A dash stands for ids on stdin, with spaces or line breaks between them. */
async function idsOf(io: Io, typed: readonly string[]): Promise<string[]> {
  const read = typed.includes('-') ? (await readStdin(io)).toString('utf8').split(/\s+/) : [];
  const ids = [...new Set([...typed.filter((one) => one !== '-'), ...read])].filter(Boolean);
  if (ids.length === 0)
    throw new UsageError('expected ids on stdin, with line breaks between them, and got none');
  return ids;
}

/** In words, after `purge`. */
export function inWords(selection: Selection): string {
  if (selection.kind === 'ids')
    return selection.ids.length === 1 ? 'the dead letter' : `${selection.ids.length} dead letters`;
  const { subscriptionId, targetId, reason, from, to } = selection.filter;
  const conditions = [
    ...(subscriptionId === undefined ? [] : [`of ${subscriptionId}`]),
    ...(targetId === undefined ? [] : [`to ${targetId}`]),
    ...(reason === undefined ? [] : [`that are dead for ${reason}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`before ${to}`]),
  ];
  return ['all dead letters', ...conditions].join(' ');
}

export type Result = Schemas['DeadLetterResults']['items'][number];

type Action = 'redriveDeadLetters' | 'purgeDeadLetters';

/** Does it for each id. @param onPart told of what was done, as far as it is done: a later request may fail */
export async function byIds(
  api: Posthorn,
  action: Action,
  ids: readonly string[],
  signal: AbortSignal,
  onPart: (results: readonly Result[]) => void,
): Promise<void> {
  for (let at = 0; at < ids.length; at += MAX_IDS) {
    const args = { body: { ids: ids.slice(at, at + MAX_IDS) } } as ArgsOf<Action>;
    const answer = (await api[action](args, { signal })) as Schemas['DeadLetterResults'];
    onPart(answer.items);
  }
}
