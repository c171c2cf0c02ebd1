import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';

/** A word of the trade that says what it is exactly, to those who point at it, and to those who press it by key or finger. */
export function Term({ means, children }: { readonly means: string; readonly children: ReactNode }) {
  return (
    <Popover width={300} position="bottom" shadow="md" withinPortal>
      <Popover.Target>
        <button type="button" className="term" title={means}>
          {children}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="term-means">{means}</Popover.Dropdown>
    </Popover>
  );
}
