import { createTheme, darken, getContrastRatio, lighten } from '@mui/material/styles';

/** Colours of a delivery's or endpoint's state. They are used for states alone, and always beside a word or an icon. */
const STATUS_COLOURS = {
  light: {
    delivered: '#1b7a3d',
    retrying: '#9a5b00',
    waiting: '#1f5fbf',
    dead: '#b3261e',
    idle: '#5b6472',
  },
  dark: {
    delivered: '#6fd08c',
    retrying: '#f2b25c',
    waiting: '#8ab8ff',
    dead: '#ff8a80',
    idle: '#a4adbb',
  },
} as const;
export type StatusColour = keyof (typeof STATUS_COLOURS)['light'];

declare module '@mui/material/styles' {
  interface Palette {
    status: Record<StatusColour, string>;
  }
  interface PaletteOptions {
    status?: Record<StatusColour, string>;
  }
}

/** What a tenant may choose for its portal. */
export interface Look {
  /** `#rrggbb`. */
  readonly accent?: string | undefined;
  /** Pixels. */
  readonly cornerRadius?: number | undefined;
}

const ACCENT = { light: '#3b4cca', dark: '#a9b4ff' } as const;

const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export const BACKGROUND = {
  light: { default: '#f6f7f9', paper: '#ffffff' },
  dark: { default: '#101318', paper: '#181c23' },
} as const;
type Scheme = keyof typeof BACKGROUND;

const TEXT = { light: '#16191f', dark: '#eceff4' } as const;

/** WCAG 2.2, 1.4.3, asks for 4.5 for text of usual size. MUI rounds luminances, which is up to a hundredth of the ratio. */
const LEAST_CONTRAST = 4.6;

/** A colour as near to the chosen one as can be read on a scheme's page and paper. */
export function readable(colour: string, scheme: Scheme): string {
  const change = scheme === 'light' ? darken : lighten;
  const steps = Array.from({ length: 21 }, (_, i) => change(colour, i / 20));
  return steps.find((each) => contrastOn(each, scheme) >= LEAST_CONTRAST) ?? ACCENT[scheme];
}

const contrastOn = (colour: string, scheme: Scheme): number =>
  Math.min(...Object.values(BACKGROUND[scheme]).map((each) => getContrastRatio(colour, each)));

/** The accent of a scheme: of links, and of buttons with text on them. */
export function accentOf(scheme: Scheme, chosen: string | undefined) {
  const main = chosen === undefined ? ACCENT[scheme] : readable(chosen, scheme);
  return {
    main,
    // Under the pointer a button moves away from its text's colour.
    dark: scheme === 'light' ? darken(main, 0.2) : lighten(main, 0.2),
    contrastText: scheme === 'light' ? '#ffffff' : TEXT.light,
  };
}

/**
 * Dark and light from one set of tokens, an 8 px grid, dense tables, figures of one width.
 * @param rootSelector what it is for; the whole page when left out
 */
export const themeOf = ({ accent, cornerRadius }: Look = {}, rootSelector = ':root') =>
  createTheme({
    cssVariables: { colorSchemeSelector: 'data-scheme', rootSelector },
    colorSchemes: {
      light: {
        palette: {
          primary: accentOf('light', accent),
          background: BACKGROUND.light,
          text: { primary: TEXT.light, secondary: '#4d5666' },
          divider: '#dfe3e9',
          status: STATUS_COLOURS.light,
        },
      },
      dark: {
        palette: {
          primary: accentOf('dark', accent),
          background: BACKGROUND.dark,
          text: { primary: TEXT.dark, secondary: '#aab3c2' },
          divider: '#2b313b',
          status: STATUS_COLOURS.dark,
        },
      },
    },
    shape: { borderRadius: cornerRadius ?? 8 },
    spacing: 8,
    typography: {
      fontFamily: "'Inter Variable', system-ui, sans-serif",
      fontSize: 13,
      htmlFontSize: 16,
      h1: { fontSize: '1.375rem', fontWeight: 650, letterSpacing: '-0.01em' },
      h2: { fontSize: '1rem', fontWeight: 650 },
      h3: { fontSize: '0.875rem', fontWeight: 650 },
      body1: { fontSize: '0.875rem' },
      body2: { fontSize: '0.8125rem' },
      button: { textTransform: 'none', fontWeight: 600 },
      overline: { textTransform: 'none', letterSpacing: 0, lineHeight: 1.6 },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          // Figures of one width where they stand below each other. Elsewhere their hyphens would be as wide as figures.
          'time, td, [role="gridcell"].right, [data-figure], dd': { fontVariantNumeric: 'tabular-nums' },
          'code, pre, kbd, samp': { fontFamily: MONO, fontSize: '0.9em' },
        },
      },
      MuiButton: { defaultProps: { size: 'small', disableElevation: true } },
      MuiIconButton: { defaultProps: { size: 'small' } },
      MuiTextField: { defaultProps: { size: 'small' } },
      MuiSelect: { defaultProps: { size: 'small' } },
      MuiFormControl: { defaultProps: { size: 'small' } },
      MuiAutocomplete: { defaultProps: { size: 'small' } },
      MuiChip: { defaultProps: { size: 'small' } },
      MuiPaper: { defaultProps: { variant: 'outlined' } },
      MuiTooltip: { defaultProps: { enterDelay: 300, describeChild: true } },
      // Its buttons end where its fields end.
      MuiDialogActions: { styleOverrides: { root: { padding: '8px 24px 20px' } } },
      MuiTableCell: { styleOverrides: { root: { padding: '0 12px', height: 36 } } },
      MuiLink: { defaultProps: { underline: 'hover' } },
    },
  });
