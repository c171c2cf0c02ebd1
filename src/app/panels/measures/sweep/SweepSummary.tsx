import { Button } from '@mantine/core';
import { effects } from '../../../../core/outcomes/index.js';
import type { PlannedSweep } from '../../../engine/sweepPlan.js';
import { spanText } from '../../../look/numbers.js';
import { useSweep } from '../../../stores/sweep.js';
import { strengthLabel } from './sweepRows.js';

/** What is set, in a line, where the fields would push what comes out of sight; and the way to the fields. */
export function SweepSummary(props: {
  readonly plan: PlannedSweep | { readonly missing: string } | null;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}) {
  const { plan, open, onOpen } = props;
  const tokens = useSweep((state) => state.spec.tokens);
  return (
    <div className="row sweep-summary">
      <span className="quiet" style={{ flex: '1 1 0' }}>
        {plan && 'settings' in plan ? summaryOf(plan, tokens) : 'What is swept'}
      </span>
      <Button size="compact-sm" variant="default" aria-expanded={open} onClick={() => onOpen(!open)}>
        {open ? 'Fold' : 'Change…'}
      </Button>
    </div>
  );
}

/** "happy · layers 1, 3 · 6 strengths, −1 to +2 · 4 prompts × 2 seeds · 32 tokens · score along the direction" */
function summaryOf({ directions, settings, prompts, seeds }: PlannedSweep, tokens: number): string {
  const steered = settings.flatMap(({ setting }) => (setting.kind === 'steered' ? [setting] : []));
  const spans = steered.flatMap((it) => (it.layers ? [it.layers] : [])).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const layers = [...new Set(spans.map(spanText))];
  const strengths = [...new Set(steered.map(({ strength }) => strength))].sort((a, b) => a - b);
  const operator = directions[0]?.operator ?? 'add';
  const [low, high] = [strengths[0] ?? 0, strengths.at(-1) ?? 0].map((it) => strengthLabel(operator, it));
  const strengthsText =
    low === '' ? [] : [strengths.length === 1 ? `strength ${low}` : `${strengths.length} strengths, ${low} to ${high}`];
  const read = [...new Set(directions.map(({ choice }) => effects.find(({ name }) => name === choice.effect)?.label))];
  return [
    directions.map(({ name }) => name).join(', '),
    `${layers.length === 1 && !layers[0]!.includes('–') ? 'layer' : 'layers'} ${layers.join(', ')}`,
    ...strengthsText,
    `${prompts.length} ${prompts.length === 1 ? 'prompt' : 'prompts'}${seeds.length > 1 ? ` × ${seeds.length} seeds` : ''}`,
    `${tokens} tokens`,
    read.join(', ').toLowerCase(),
  ].join(' · ');
}
