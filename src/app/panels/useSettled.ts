import { useEffect, useRef, useState } from 'react';
import { usePlane } from '../stores/plane.js';

/**
 * A value once it stopped changing, for what is dear to draw: the plots of a text that is being written would take the
 * time that writing needs. What never stops still arrives now and then, but not while an arrow is dragged, which must move
 * with every frame.
 */
export function useSettled<Value>(value: Value, quietMs = 180, atLeastEveryMs = 2500): Value {
  const [settled, setSettled] = useState(value);
  const since = useRef(0);
  const dragged = usePlane((state) => state.drawing?.dragged ?? false);
  useEffect(() => {
    if (value === settled || dragged) return;
    const now = performance.now();
    if (since.current === 0) since.current = now;
    const wait = Math.max(0, Math.min(quietMs, since.current + atLeastEveryMs - now));
    const timer = setTimeout(() => {
      since.current = 0;
      setSettled(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, settled, dragged, quietMs, atLeastEveryMs]);
  return settled;
}
