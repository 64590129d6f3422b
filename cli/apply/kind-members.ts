/** Kinds of target that have settings of their own, in the member of their name. A test holds them against the API. */
export const KIND_MEMBERS: readonly string[] = [];
