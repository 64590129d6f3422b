import type { Values } from '../command.ts';
import { UsageError } from '../failure.ts';
import type { Io } from '../io.ts';
import { fileBytes } from '../routes/body.ts';
import type { Given } from './keys.ts';

export const SECRET_VARIABLE = 'POSTHORN_WEBHOOK_SECRET';

/** The secrets of `--secret` and `--secret-file`; where there are none, that of the environment. @throws UsageError for an empty one */
export async function givenSecrets(io: Io, options: Values): Promise<Given[]> {
  const typed = ((options.secret as readonly string[] | undefined) ?? []).map((text) => ({
    text,
    from: '--secret',
  }));
  const files = await Promise.all(
    ((options.secretFile as readonly string[] | undefined) ?? []).map(async (path) => ({
      // Files end with a line break, and no secret does.
      text: (await fileBytes(io, path)).toString('utf8').replace(/[\r\n]+$/, ''),
      from: path,
    })),
  );
  const variable = io.env[SECRET_VARIABLE];
  const named =
    typed.length + files.length === 0 && variable ? [{ text: variable, from: SECRET_VARIABLE }] : [];
  const all = [...typed, ...files, ...named];
  const empty = all.find(({ text }) => text === '');
  if (empty) throw new UsageError(`${empty.from}: expected a secret, and it is empty`);
  return all;
}
