import { useParams } from 'react-router';
import DeliveryDetail from '../../parts/delivery/delivery-detail.tsx';

/** One delivery, with room. */
export function Page() {
  const { id = '' } = useParams();
  return <DeliveryDetail key={id} id={id} isPage />;
}
