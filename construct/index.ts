/** What the package exports, with the types that declarations.ts writes. */
export * from '../lib/posthorn.ts';
