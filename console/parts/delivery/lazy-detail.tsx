import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense } from 'react';

const DeliveryDetail = lazy(() => import('./delivery-detail.tsx'));

/** A delivery's detail for the side panel of a list, which works before the detail is loaded. */
export function LazyDetail({ id }: { readonly id: string }) {
  return (
    <Suspense fallback={<LinearProgress aria-label="Loading" />}>
      <DeliveryDetail id={id} />
    </Suspense>
  );
}
