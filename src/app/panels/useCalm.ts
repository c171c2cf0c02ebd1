import { useEffect, useState } from 'react';

/** A value that changes at most every so often, for what is dear to draw; the last change always arrives. */
export function useCalm<Value>(value: Value, everyMs = 250): Value {
  const [state, setState] = useState({ value, at: 0 });
  useEffect(() => {
    const since = performance.now() - state.at;
    if (state.value === value) return;
    const timer = setTimeout(() => setState({ value, at: performance.now() }), Math.max(0, everyMs - since));
    return () => clearTimeout(timer);
  }, [value, state, everyMs]);
  return state.value;
}
