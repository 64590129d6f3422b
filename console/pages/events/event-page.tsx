import { useParams } from 'react-router';
import EventDetail from './event-detail.tsx';

/** One event, with room. */
export function Page() {
  const { id = '' } = useParams();
  return <EventDetail key={id} id={id} isPage />;
}
