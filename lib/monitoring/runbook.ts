import type { MonitoringSettings } from '../settings/monitoring.ts';

/** A heading of docs/runbook.md, without its marks. */
export type RunbookHeading = string;

/** As GitHub, GitLab and most renderers make it of a heading: small letters, dashes for spaces, no other marks. */
const anchorOf = (heading: RunbookHeading): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** Where the runbook says what to do: an address if the settings say where the page is, otherwise its file and heading. */
export const runbookPlace = (
  { runbookUrl }: Pick<MonitoringSettings, 'runbookUrl'>,
  heading: RunbookHeading,
): string =>
  runbookUrl === undefined
    ? `docs/runbook.md, “${heading}”`
    : `${runbookUrl}#${encodeURI(anchorOf(heading))}`;

/** For a text widget: headings as links, or their names where no address is known. */
export const runbookLinks = (
  settings: Pick<MonitoringSettings, 'runbookUrl'>,
  headings: readonly RunbookHeading[],
): string =>
  settings.runbookUrl === undefined
    ? `docs/runbook.md: ${headings.map((heading) => `*${heading}*`).join(', ')}`
    : `Runbook: ${headings.map((heading) => `[${heading}](${runbookPlace(settings, heading)})`).join(' · ')}`;
