/** What stands for a value that is not shown: any may be a credential. */
export const HIDDEN = '[hidden]';
