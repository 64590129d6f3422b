import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';

const TABS = [
  { name: 'activity', label: 'Activity', needsManage: false },
  { name: 'settings', label: 'Settings', needsManage: false },
  { name: 'secrets', label: 'Secrets', needsManage: true },
  { name: 'challenge', label: 'Challenge', needsManage: false },
  { name: 'recover', label: 'Recover', needsManage: false },
] as const;
export type TabName = (typeof TABS)[number]['name'];

/** The tabs that a session has a use for. */
export const tabsFor = ({ mayManage }: { readonly mayManage: boolean }) =>
  TABS.filter(({ needsManage }) => mayManage || !needsManage);

interface EndpointTabsProps {
  readonly tabs: ReturnType<typeof tabsFor>;
  readonly shown: TabName;
  onShow(name: TabName): void;
}

export function EndpointTabs({ tabs, shown, onShow }: EndpointTabsProps) {
  return (
    <Tabs
      value={shown}
      onChange={(_, name: TabName) => onShow(name)}
      aria-label="About the endpoint"
      variant="scrollable"
      allowScrollButtonsMobile
      sx={{ mb: 2, borderBottom: 1, borderColor: 'divider', minHeight: 40 }}
    >
      {tabs.map(({ name, label }) => (
        <Tab
          key={name}
          value={name}
          label={label}
          id={`tab-${name}`}
          aria-controls={`panel-${name}`}
          sx={{ minHeight: 40 }}
        />
      ))}
    </Tabs>
  );
}
