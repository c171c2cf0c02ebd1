import { useMemo } from 'react';
import { planSweep, type PlannedSweep } from '../../../engine/sweepPlan.js';
import { useDirections } from '../../../stores/directions.js';
import { usePrompt } from '../../../stores/prompt.js';
import { useSession } from '../../../stores/session.js';
import { useSweep } from '../../../stores/sweep.js';
import { useQuiet } from './useQuiet.js';

/** The sweep that is set now, or what is missing for it; null without a model. */
export function useSweepPlan(): PlannedSweep | { readonly missing: string } | null {
  const spec = useSweep((state) => state.spec);
  const directions = useQuiet(useDirections);
  const prompt = useQuiet(usePrompt);
  const loaded = useSession((state) => state.loaded);
  const epoch = useSession((state) => state.epoch);
  const folderFiles = useSession((state) => state.folderFiles);
  return useMemo(
    () => loaded && planSweep({ spec, directions, prompt, loaded, epoch, folderFiles }),
    [spec, directions, prompt, loaded, epoch, folderFiles],
  );
}
