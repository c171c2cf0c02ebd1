import { useEffect, useState } from 'react';

/** The page's clock in milliseconds, read again every so often while it is shown. */
export function useNow(spacing: number, clock: () => number = () => performance.now()): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), spacing);
    return () => clearInterval(timer);
    // A clock written in place is another function each time and the same clock.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [spacing]);
  return now;
}
