import { createTheme } from '@mui/material/styles';

/** Colours of a delivery's or endpoint's state. They are used for states alone, and always beside a word or an icon. */
export const STATUS_COLOURS = {
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

/** Dark and light from one set of tokens, an 8 px grid, dense tables, figures of one width. */
export const themeOf = ({ accent, cornerRadius }: Look = {}) =>
  createTheme({
    cssVariables: { colorSchemeSelector: 'data-scheme' },
    colorSchemes: {
      light: {
        palette: {
          primary: { main: accent ?? ACCENT.light },
          background: { default: '#f6f7f9', paper: '#ffffff' },
          text: { primary: '#16191f', secondary: '#4d5666' },
          divider: '#dfe3e9',
          status: STATUS_COLOURS.light,
        },
      },
      dark: {
        palette: {
          primary: { main: accent ?? ACCENT.dark },
          background: { default: '#101318', paper: '#181c23' },
          text: { primary: '#eceff4', secondary: '#aab3c2' },
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
          body: { fontVariantNumeric: 'tabular-nums' },
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
      MuiTableCell: { styleOverrides: { root: { padding: '0 12px', height: 36 } } },
      MuiLink: { defaultProps: { underline: 'hover' } },
    },
  });
