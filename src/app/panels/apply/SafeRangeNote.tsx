import { Button, NumberInput, Popover } from '@mantine/core';
import { thresholds } from '../../../core/measures/index.js';
import { plainNumber } from '../../look/numbers.js';
import { resetLimit, setLimit, useLimits } from '../../stores/limits.js';
import type { ShownRange } from './useSafeRange.js';

const mostBudget = 100;

/** The safe range in a few words under its slider, in a line of its own that is there whatever is known; it opens the budget. */
export function SafeRangeNote({ name, safe }: { readonly name: string; readonly safe: ShownRange }) {
  return (
    <Popover position="bottom-start" width={290} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={`safe-note ${safe.state}`}
          aria-label={`Safe range of ${name}: ${safe.brief}`}
          title={`${safe.words} Click to set the budget.`}
        >
          <i aria-hidden />
          {safe.brief}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack">
          <p className="quiet" style={{ margin: 0 }} role="status">
            {safe.words}
          </p>
          <BudgetField />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** How much of a change of the predictions is safe: for all directions, and the verdict follows it. */
function BudgetField() {
  const { strained: budget, broken } = useLimits((state) => state.limits.meanKl);
  const delivered = thresholds.meanKl;
  return (
    <>
      <NumberInput
        size="xs"
        label="Budget, nats a token"
        description="Mean KL from the unsteered model. One for all directions: the first limit of KL of the verdict."
        min={0.01}
        max={mostBudget}
        step={0.1}
        decimalScale={2}
        allowNegative={false}
        clampBehavior="blur"
        value={budget}
        onChange={(next) => {
          if (typeof next === 'number' && next > 0 && next <= mostBudget) setLimit('meanKl', 'strained', next);
        }}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={budget === delivered.strained && broken === delivered.broken}
        onClick={() => resetLimit('meanKl')}
      >
        Back to {plainNumber(delivered.strained)}
      </Button>
    </>
  );
}
