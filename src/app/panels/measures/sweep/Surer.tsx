import { promptsOf, withMorePrompts } from '../../../engine/sweepChoices.js';
import { sweepParts } from '../../../engine/sweeping.js';
import { changeSpec, useSweep, type SweepRun } from '../../../stores/sweep.js';
import { widthWords } from './sweepBest.js';

/** What would tell more than the sweep does, with the way to set it to that: twice the prompts, and where there are none left twice the seeds. */
export function Surer({ run }: { readonly run: SweepRun }) {
  const spec = useSweep((state) => state.spec);
  const parts = sweepParts();
  if (!parts) return null;
  const now = run.prompts.length;
  const goal = Math.max(4, 2 * now);
  // Without temperature a text is the same with every seed.
  const greedy = run.sampling.temperature === 0;
  const isSet = promptsOf(spec, parts.prompt, parts.loaded).length > now || (!greedy && spec.seeds > run.seeds.length);
  if (isSet) return <p className="lab-note">More is set now: start the sweep to be surer.</p>;
  const prompts = withMorePrompts(goal, parts);
  if (prompts !== null) {
    return (
      <p className="lab-note">
        {widthWords(now, goal)}{' '}
        <button type="button" className="tag" onClick={() => changeSpec({ prompts })}>
          Set the sweep to {goal} prompts
        </button>
      </p>
    );
  }
  if (greedy) return <p className="lab-note">Write more prompts under “Change…”.</p>;
  const seeds = 2 * run.seeds.length;
  return (
    <p className="lab-note">
      Write more prompts under “Change…”, or take more texts of these, which keeps what is written.{' '}
      <button type="button" className="tag" onClick={() => changeSpec({ seeds })}>
        Set the sweep to {seeds} seeds
      </button>
    </p>
  );
}
