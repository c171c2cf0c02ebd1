import { useEffect, useRef, useState } from 'react';
import { startSweep } from '../../../engine/sweeping.js';
import { useExperiments } from '../../../stores/experiments.js';
import { useSweep } from '../../../stores/sweep.js';
import { SweepBar } from './SweepBar.js';
import { SweepFields } from './SweepFields.js';
import { SweepResults } from './SweepResults.js';
import { SweepSummary } from './SweepSummary.js';
import { useSweepPlan } from './useSweepPlan.js';

/** Tries a direction over layers and strengths, and shows what each gains and costs. */
export function SweepPanel() {
  const plan = useSweepPlan();
  const experimentId = useExperiments((state) => state.current?.id);
  const hasRun = useSweep((state) => state.run !== null);
  const task = useSweep((state) => state.run?.task ?? null);
  const [changing, setChanging] = useState(false);
  const head = useRef<HTMLDivElement>(null);
  // Whether the user began what runs, here and now: a sweep that another experiment brings along takes no focus.
  const begun = useRef(false);
  // What is begun folds the fields, so that its progress and its results stand where they are seen.
  useEffect(() => {
    if (task === null || !begun.current) return;
    begun.current = false;
    setChanging(false);
    head.current?.scrollIntoView({ block: 'nearest' });
    // The button that was pressed may be gone with its place.
    head.current?.focus({ preventScroll: true });
  }, [task]);
  const start = (): void => {
    begun.current = true;
    void startSweep();
  };
  return (
    <div className="stack lab sweep">
      {!hasRun && (
        <p className="quiet lab-about">
          Writes texts at every layer and strength that you choose, in the background, and measures how much of the
          direction each text gained and what it cost. Click a point to read its texts and to set the page to it.
        </p>
      )}
      {hasRun && (
        <div ref={head} tabIndex={-1} className="sweep-head">
          <SweepSummary plan={plan} open={changing} onOpen={setChanging} />
        </div>
      )}
      {(changing || !hasRun) && <SweepFields />}
      <SweepBar plan={plan} onStart={start} />
      {/* How one experiment's results are looked at says nothing of another's. */}
      {hasRun && <SweepResults key={experimentId} plan={plan} />}
    </div>
  );
}
