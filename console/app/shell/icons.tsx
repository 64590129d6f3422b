import type { SvgIconComponent } from '@mui/icons-material';
import AdminPanelSettingsOutlined from '@mui/icons-material/AdminPanelSettingsOutlined';
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import CategoryOutlined from '@mui/icons-material/CategoryOutlined';
import DashboardOutlined from '@mui/icons-material/DashboardOutlined';
import HubOutlined from '@mui/icons-material/HubOutlined';
import MarkunreadMailboxOutlined from '@mui/icons-material/MarkunreadMailboxOutlined';
import NotificationsOutlined from '@mui/icons-material/NotificationsOutlined';
import ReplayOutlined from '@mui/icons-material/ReplayOutlined';
import RssFeedOutlined from '@mui/icons-material/RssFeedOutlined';
import SendOutlined from '@mui/icons-material/SendOutlined';
import TuneOutlined from '@mui/icons-material/TuneOutlined';
import type { IconName } from '../links.ts';

export const ICONS: Readonly<Record<IconName, SvgIconComponent>> = {
  overview: DashboardOutlined,
  events: BoltOutlined,
  deliveries: SendOutlined,
  endpoints: HubOutlined,
  subscriptions: RssFeedOutlined,
  eventTypes: CategoryOutlined,
  deadLetters: MarkunreadMailboxOutlined,
  replays: ReplayOutlined,
  alerts: NotificationsOutlined,
  settings: TuneOutlined,
  administration: AdminPanelSettingsOutlined,
};
