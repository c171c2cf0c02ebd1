import { Popover } from '@mantine/core';
import { useState, type KeyboardEvent, type ReactNode } from 'react';

/** A word of the trade that says what it is exactly: to those who point at it, and to those who press it by key or finger. */
export function Term({ means, children }: { readonly means: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    setOpen(!open);
  };
  return (
    <Popover width={300} position="bottom" shadow="md" opened={open} onChange={setOpen}>
      <Popover.Target>
        {/* No <button>: a browser does not break one over lines, and may break before the stop that follows it. */}
        <span
          role="button"
          tabIndex={0}
          className="term"
          title={means}
          onClick={() => setOpen(!open)}
          onKeyDown={onKeyDown}
        >
          {children}
        </span>
      </Popover.Target>
      <Popover.Dropdown className="term-means">{means}</Popover.Dropdown>
    </Popover>
  );
}
