import type { DeleteCommandInput } from '@aws-sdk/lib-dynamodb';
import { configKey } from '../config/config-keys.ts';
import { addAt, getEntity } from '../config/entity-store.ts';
import { deleteAll, dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem } from '../platform/items.ts';
import { SESSION, type Session } from './session.ts';
import { SIGN_IN_LINK, type SignInLink } from './sign-in-link.ts';

/** Sessions and sign-in links stand in their tenant's partition of the config table, and go with the tenant. */

/** @throws Error when there is one with this id, which is made at random */
export async function addSession(table: string, tenant: string, session: Session): Promise<void> {
  if (!(await addAt(table, configKey(tenant, SESSION.prefix, session.id), session))) {
    throw new Error('a session with this id exists');
  }
}

/** @throws UnreadableItemError */
export const getSession = (table: string, tenant: string, id: string): Promise<Session | undefined> =>
  getEntity(table, SESSION, tenant, id);

/** Without its item, a session is worth nothing. */
export const endSession = (table: string, tenant: string, id: string): Promise<void> =>
  deleteAll(table, [configKey(tenant, SESSION.prefix, id)]);

/** @throws Error when there is one with this id, which is made at random */
export async function addSignInLink(table: string, tenant: string, link: SignInLink): Promise<void> {
  if (!(await addAt(table, configKey(tenant, SIGN_IN_LINK.prefix, link.id), link))) {
    throw new Error('a sign-in link with this id exists');
  }
}

/**
 * Uses a link up: of two requests at once one gets it. It is one conditional write, whatever is wrong with the text, so its
 * time does not tell whether there is a link with this id.
 * @returns undefined when there is none with this hash
 */
export async function takeSignInLink(
  TableName: string,
  tenant: string,
  id: string,
  hash: string,
): Promise<SignInLink | undefined> {
  const command: DeleteCommandInput = {
    TableName,
    Key: configKey(tenant, SIGN_IN_LINK.prefix, id),
    ConditionExpression: '#hash = :hash',
    ExpressionAttributeNames: { '#hash': 'hash' },
    ExpressionAttributeValues: { ':hash': hash },
    ReturnValues: 'ALL_OLD',
  };
  let taken: SignInLink | undefined;
  await unlessConditionFails(
    dynamo.delete(command).then(({ Attributes }) => {
      taken = Attributes && parseItem(SIGN_IN_LINK, TableName, Attributes);
    }),
  );
  return taken;
}
