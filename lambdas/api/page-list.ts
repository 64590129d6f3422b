/**
 * The files that the pages are made of. They lie beside the bundle: the stack puts them there, and the function
 * reads them when they are first asked for.
 */
export interface PageFile {
  readonly type: string;
  /** Where it comes from: a package, or the folder `pages`. */
  readonly from: 'swagger-ui-dist' | 'pages';
}

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

export const PAGES = {
  'docs.html': { type: HTML, from: 'pages' },
  'catalogue.html': { type: HTML, from: 'pages' },
} as const satisfies Record<string, PageFile>;

/** What `GET /docs/{file}` has, and nothing else. */
export const ASSETS: Readonly<Record<string, PageFile>> = {
  'docs.js': { type: SCRIPT, from: 'pages' },
  'docs.css': { type: STYLE, from: 'pages' },
  'catalogue.js': { type: SCRIPT, from: 'pages' },
  'catalogue.css': { type: STYLE, from: 'pages' },
  'swagger-ui-bundle.js': { type: SCRIPT, from: 'swagger-ui-dist' },
  'swagger-ui-bundle.js.LICENSE.txt': { type: 'text/plain; charset=utf-8', from: 'swagger-ui-dist' },
  'swagger-ui.css': { type: STYLE, from: 'swagger-ui-dist' },
  'favicon-32x32.png': { type: 'image/png', from: 'swagger-ui-dist' },
};
