import BookmarkBorder from '@mui/icons-material/BookmarkBorder';
import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';

const ViewsPopover = lazy(() => import('./views-popover.tsx'));

interface SavedViewsProps {
  readonly list: string;
  /** The parts of the address that make a view. */
  readonly names: readonly string[];
}

/** Filters under a name, kept in this browser. A link shares them with others. */
export function SavedViews(props: SavedViewsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        startIcon={<BookmarkBorder />}
        aria-haspopup="dialog"
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        Views
      </Button>
      {anchor && (
        <Suspense>
          <ViewsPopover anchor={anchor} onClose={() => setAnchor(null)} {...props} />
        </Suspense>
      )}
    </>
  );
}
