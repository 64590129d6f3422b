import { useParams } from 'react-router';
import EventTypeDetail from './event-type-detail.tsx';

/** An event type by itself. Its name may hold dots, slashes and colons. */
export function Page() {
  const { name = '' } = useParams();
  return <EventTypeDetail key={name} name={name} />;
}
