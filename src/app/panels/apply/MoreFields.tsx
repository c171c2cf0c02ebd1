import type { FittedDirection } from '../../../core/directions/direction.js';
import { describePlan } from '../../../core/steering/describe.js';
import { positionsOf, spanOn, termsOf } from '../../engine/plan.js';
import { useDirections, type DirectionEntry } from '../../stores/directions.js';
import { ConditionFields } from './ConditionFields.js';
import { LayerCurveFields } from './LayerCurveFields.js';
import { RangeFields } from './RangeFields.js';
import { summaryOf } from './summary.js';
import { TextCurveFields } from './TextCurveFields.js';

/** Everything that most directions need not: which of the tokens, how strong along layers and text, for which prompts. */
export function MoreFields(props: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const { entry, direction } = props;
  // Its terms have scopes of their own, one a position.
  const hasPositions = positionsOf(direction) > 0;
  const shown = hasPositions ? { ...entry, scope: { prompt: true, generated: false } } : entry;
  const summary = summaryOf(shown, spanOn(entry, direction.model.layers));
  return (
    <details className="more-fields">
      <summary>
        <span>More</span>
        <span className="quiet">
          {summary.length > 0 ? summary.join(' · ') : hasPositions ? 'shape, condition' : 'tokens, shape, condition'}
        </span>
      </summary>
      <div className="stack">
        {!hasPositions && <RangeFields entry={entry} />}
        {!hasPositions && <TextCurveFields entry={entry} />}
        <LayerCurveFields entry={entry} direction={direction} />
        <ConditionFields entry={entry} direction={direction} />
        {!hasPositions && <Sentence entry={entry} direction={direction} />}
      </div>
    </details>
  );
}

/** What all of it together does. */
function Sentence({ entry, direction }: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const entries = useDirections((state) => state.entries);
  const terms = termsOf({ ...entry, enabled: true }, entries, direction.model);
  return (
    <p className="quiet plan-sentence" aria-label={`What ${entry.name || 'unnamed'} does`}>
      {describePlan({ terms, steerSpecialTokens: false })}
    </p>
  );
}
