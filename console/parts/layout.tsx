import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';

interface PageHeadProps {
  readonly title: ReactNode;
  /** Beside the title: a state, an id. */
  readonly beside?: ReactNode;
  /** Below it, in small. */
  readonly below?: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** The head of a page: its one h1, and what can be done here. */
export function PageHead({ title, beside, below, actions }: PageHeadProps) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5, mb: 2 }}>
      <Box sx={{ flex: '1 1 240px', minWidth: 0 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5 }}>
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            <bdi>{title}</bdi>
          </Typography>
          {beside}
        </Box>
        {below && (
          <Typography
            variant="body2"
            color="textSecondary"
            component="div"
            sx={{ mt: 0.5, overflowWrap: 'anywhere' }}
          >
            {below}
          </Typography>
        )}
      </Box>
      {actions && <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>{actions}</Box>}
    </Box>
  );
}

interface SectionProps {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Section({ title, actions, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} sx={{ p: 2, mb: 2, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 1, mb: 1.5 }}>
        <Typography variant="h2" id={id} sx={{ flex: 1 }}>
          {title}
        </Typography>
        {actions}
      </Box>
      {children}
    </Paper>
  );
}

/** Facts in two columns: what, and how it is. A fact that is undefined is left out. */
export function Facts({ of }: { readonly of: readonly (readonly [ReactNode, ReactNode])[] }) {
  return (
    <Box
      component="dl"
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(96px, max-content) 1fr',
        columnGap: 2,
        rowGap: 0.75,
        m: 0,
      }}
    >
      {of
        .filter(([, value]) => value !== undefined)
        .map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fact has no name of its own but its place
          <Box key={i} sx={{ display: 'contents' }}>
            <Typography component="dt" color="textSecondary">
              {name}
            </Typography>
            <Typography component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
              {value}
            </Typography>
          </Box>
        ))}
    </Box>
  );
}

/** Text that came from outside: of any length, in any direction, never more than text. Where it may wrap is up to its place. */
export function Foreign({ text }: { readonly text: string }) {
  return <bdi style={{ overflowWrap: 'anywhere' }}>{text}</bdi>;
}

interface DetailTitleProps {
  /** From outside. */
  readonly text: string;
  /** Beside a list, the page's head is the list's, and the panel's buttons stand at the right. */
  readonly isPage: boolean;
}

/** The title of what stands in a panel beside its list, or on a page of its own. */
export function DetailTitle({ text, isPage }: DetailTitleProps) {
  return (
    <Typography
      variant="h1"
      component={isPage ? 'h1' : 'h2'}
      sx={{ overflowWrap: 'anywhere', pr: isPage ? 0 : 8, mb: 0.5 }}
    >
      <Foreign text={text} />
    </Typography>
  );
}
