import { useSweep } from '../../../stores/sweep.js';
import { SweepBar } from './SweepBar.js';
import { SweepFields } from './SweepFields.js';
import { SweepResults } from './SweepResults.js';
import { useSweepPlan } from './useSweepPlan.js';

/** Tries a direction over layers and strengths, and shows what each gains and costs. */
export function SweepPanel() {
  const plan = useSweepPlan();
  const hasRun = useSweep((state) => state.run !== null);
  return (
    <div className="stack lab sweep">
      <p className="quiet lab-about">
        Writes texts at every layer and strength that you choose, in the background, and measures how much of the
        direction each text gained and what it cost. Click a point to read its texts and to set the page to it.
      </p>
      <SweepFields />
      <SweepBar plan={plan} />
      {hasRun && <SweepResults plan={plan} />}
    </div>
  );
}
