import type { ReactNode } from 'react';
import { IS_PORTAL } from '../../app/mode.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { useAbilities } from './abilities.ts';

interface OnlyEditorsProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A form for those who may make what it makes. Others, who have an address of it, are told so. */
export function OnlyEditors({ title, children }: OnlyEditorsProps) {
  const { edit } = useAbilities();
  if (edit) return children;
  return (
    <>
      <PageHead title={title} />
      <Empty
        text={
          IS_PORTAL
            ? 'Subscriptions and filters are made where you found this page.'
            : 'Your key may not do this: it takes the scope manage.'
        }
        link={{ to: '/subscriptions', label: 'All subscriptions' }}
      />
    </>
  );
}
