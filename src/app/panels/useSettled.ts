import { useEffect, useRef, useState } from 'react';

/**
 * A value once it stopped changing, for what is dear to draw: the plots of a text that is being written would take the
 * time that writing needs. What never stops still arrives now and then.
 */
export function useSettled<Value>(value: Value, quietMs = 180, atLeastEveryMs = 2500): Value {
  const [settled, setSettled] = useState(value);
  const since = useRef(0);
  useEffect(() => {
    if (value === settled) return;
    const now = performance.now();
    if (since.current === 0) since.current = now;
    const wait = Math.max(0, Math.min(quietMs, since.current + atLeastEveryMs - now));
    const timer = setTimeout(() => {
      since.current = 0;
      setSettled(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, settled, quietMs, atLeastEveryMs]);
  return settled;
}
