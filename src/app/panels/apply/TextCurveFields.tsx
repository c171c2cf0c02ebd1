import { Button } from '@mantine/core';
import type { CurveHandle } from '../../../core/steering/plan.js';
import { TextCurve } from '../../controls/TextCurve.js';
import { curvePresets } from '../../presets/curves.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';
import { quantityOf, quantityTitle } from './strength.js';
import { usePrompt } from '../../stores/prompt.js';

/** How strong along the generated text. */
export function TextCurveFields({ entry }: { readonly entry: DirectionEntry }) {
  const { id, scope } = entry;
  const longest = usePrompt((state) => state.sampling.maxNewTokens);
  if (!scope.generated) return null;
  const handles = scope.curve ?? [];
  const tokens = Math.max(longest, 2, (handles.at(-1)?.at ?? 0) + 1);
  const change = (curve: readonly CurveHandle[]): void => {
    const { curve: _, ...rest } = scope;
    changeDirection(id, { scope: curve.length > 0 ? { ...rest, curve } : rest });
  };
  return (
    <div>
      <div className="caption">
        <span title={quantityTitle(entry)}>{quantityOf(entry)} over the text</span>
        <span>click to add a handle</span>
      </div>
      <TextCurve
        label={`${quantityOf(entry)} of ${entry.name || 'unnamed'} over the text`}
        handles={handles}
        tokens={tokens}
        onChange={change}
      />
      <div className="caption">
        <span>token 0</span>
        <span>{tokens - 1}</span>
      </div>
      <div className="row wrap" style={{ gap: 4, marginTop: 2 }}>
        {curvePresets.map(({ label, handles: preset }) => (
          <Button key={label} size="compact-xs" variant="default" onClick={() => change(preset(longest))}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
