/** What the package exports, with the types that declarations.ts writes. */
export { Posthorn } from '../lib/posthorn.ts';
