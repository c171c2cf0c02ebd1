import { useEffect, useState } from 'react';
import { useSweep, type SweepRun } from '../../../stores/sweep.js';

/** The run as it is seen at most so often while it goes on: to draw it with every text would take the page's frames. */
export function useSpacedRun(spacingMs = 900): SweepRun | null {
  const [run, setRun] = useState(() => useSweep.getState().run);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = (): void => {
      timer = null;
      setRun(useSweep.getState().run);
    };
    const hear = (now: SweepRun | null, before: SweepRun | null): void => {
      if (now === before) return;
      // Its beginning and its end are seen at once, and that it is another one, as of another experiment.
      if (now?.task !== before?.task || now?.context !== before?.context) {
        if (timer !== null) clearTimeout(timer);
        look();
      } else timer ??= setTimeout(look, spacingMs);
    };
    look();
    const stop = useSweep.subscribe((now, before) => hear(now.run, before.run));
    return () => {
      if (timer !== null) clearTimeout(timer);
      stop();
    };
  }, [spacingMs]);
  return run;
}
