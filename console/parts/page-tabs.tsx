import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { type ReactNode, useId } from 'react';
import { useUrlState } from '../app/url-state.ts';

interface PageTabsProps<N extends string> {
  /** For screen readers: what the tabs are parts of. */
  readonly label: string;
  /** Names and words, in their order. The first is shown where the address names none. */
  readonly tabs: readonly (readonly [name: N, label: string])[];
  /** Parts of the address that belong to one tab alone. */
  readonly own?: readonly string[];
  children(shown: N): ReactNode;
}

/** The parts of a page. The address says as `tab` which one is shown. */
export function PageTabs<N extends string>({ label, tabs, own = ['open'], children }: PageTabsProps<N>) {
  const [url, change] = useUrlState();
  const id = useId();
  const [first] = tabs[0]!;
  const shown = tabs.find(([name]) => name === url.get('tab'))?.[0] ?? first;
  const cleared = Object.fromEntries(own.map((name) => [name, undefined]));
  return (
    <>
      <Tabs
        value={shown}
        onChange={(_, tab: N) => change({ ...cleared, tab: tab === first ? undefined : tab }, { push: true })}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label={label}
        sx={{
          mb: 2,
          borderBottom: 1,
          borderColor: 'divider',
          minHeight: 40,
          '& .MuiTab-root': { minHeight: 40 },
        }}
      >
        {tabs.map(([name, text]) => (
          <Tab key={name} value={name} label={text} id={`${id}-${name}`} aria-controls={`${id}-panel`} />
        ))}
      </Tabs>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        {children(shown)}
      </div>
    </>
  );
}
