import { useEffect, useRef, useState } from 'react';

/** A value that changes with every frame, seen at most so often: drawing it each time would take the frames. */
export function useSpaced<Value>(value: Value, spacingMs = 700): Value {
  const [seen, setSeen] = useState(value);
  const at = useRef(0);
  useEffect(() => {
    if (value === seen) return;
    const timer = setTimeout(
      () => {
        at.current = performance.now();
        setSeen(value);
      },
      Math.max(0, at.current + spacingMs - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [value, seen, spacingMs]);
  return seen;
}
