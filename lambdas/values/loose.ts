import * as z from 'zod/mini';

/**
 * An object as it travels, or is stored: fields that its schema does not know stay on it, since a newer release may have
 * written them, and code of this one passes them on. Its type has only the fields that the schema knows, so that a
 * misspelt one does not compile. `__proto__` alone is dropped: it is no field, and would become the prototype of a copy.
 */
export const loose = <S extends z.core.$ZodShape>(shape: S): z.ZodMiniObject<S, z.core.$strip> =>
  z.looseObject(shape) as unknown as z.ZodMiniObject<S, z.core.$strip>;
