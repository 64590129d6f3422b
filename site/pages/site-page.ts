/** A page as the site has it. */
export interface SitePage {
  /** `/filters`; `/api/` for the first page of a folder. */
  readonly route: string;
  readonly title: string;
  readonly text: string;
}
