import { useEffect, useState } from 'react';

/** What is in a store once it stopped changing: to plan and draw anew at every step of a slider would take its frames. */
export function useQuiet<State>(
  store: {
    readonly getState: () => State;
    readonly subscribe: (hear: (state: State) => void) => () => void;
  },
  quietMs = 200,
): State {
  const [state, setState] = useState(store.getState);
  useEffect(() => {
    let timer: number | undefined;
    const hear = (now: State): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setState(() => now), quietMs);
    };
    hear(store.getState());
    const stop = store.subscribe(hear);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store, quietMs]);
  return state;
}
