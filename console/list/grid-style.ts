/**
 * The style of a whole list. Rows and cells are plain elements with a class each: of a thousand rows some forty are in the
 * page, and each scrolled pixel may change them all.
 */
export const GRID_STYLE = {
  minWidth: 0,
  '& .rows': { position: 'relative' },
  '& .row': {
    display: 'grid',
    alignItems: 'center',
    columnGap: 1.5,
    px: 1.5,
    borderBottom: 1,
    borderColor: 'divider',
  },
  '& .rows > .row': { position: 'absolute', insetInline: 0 },
  '& .rows > .row:hover': { bgcolor: 'action.hover' },
  '& .opens': { cursor: 'pointer' },
  '& .marked': { bgcolor: 'action.selected' },
  '&:focus-visible .current': { outline: '2px solid', outlineOffset: -2 },
  '& .cell': {
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    unicodeBidi: 'isolate',
  },
  '& .right': { textAlign: 'right' },
  '& .check': {
    width: 18,
    height: 18,
    m: 0.5,
    accentColor: 'var(--mui-palette-primary-main)',
    cursor: 'pointer',
  },
  '& .head': { color: 'text.secondary', fontWeight: 600 },
} as const;

export const ROW_HEIGHT = 36;
/** Large enough for a finger. */
export const PHONE_ROW_HEIGHT = 52;

/** The columns' widths as CSS has them. A share of what is left may be smaller than its content. */
export const gridTemplate = (widths: readonly (string | undefined)[], isSelectable: boolean): string =>
  [
    ...(isSelectable ? ['36px'] : []),
    ...widths.map((width = '1fr') => (width.endsWith('fr') ? `minmax(0, ${width})` : width)),
  ].join(' ');
