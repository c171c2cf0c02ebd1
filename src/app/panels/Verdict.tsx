import { Button, NumberInput, Popover } from '@mantine/core';
import { thresholds, type JudgedName, type Limits, type VerdictLimits } from '../../core/measures/index.js';
import { plainNumber } from '../look/numbers.js';
import { resetLimits, setLimit, useLimits } from '../stores/limits.js';
import type { TextJudgement } from '../engine/textFigures.js';
import { useFigures } from './useFigures.js';

const calm = 'Surprise, repetition, change of predictions and residual norms are all moderate';

/** How a judged figure is shown and set. */
interface Row {
  readonly name: JudgedName;
  readonly label: string;
  readonly hint: string;
  readonly max: number;
  readonly step: number;
}

const rows: readonly Row[] = [
  { name: 'meanKl', label: 'KL', hint: 'nats a token, steered from unsteered', max: 100, step: 0.1 },
  { name: 'perplexityRatio', label: 'Perplexity', hint: 'times the baseline’s', max: 10_000, step: 0.5 },
  { name: 'distinct2', label: 'Distinct pairs', hint: 'share of the baseline’s; low is bad', max: 1, step: 0.05 },
  { name: 'normFactor', label: 'Residual norms', hint: 'factor, grown or shrunk', max: 1000, step: 0.1 },
];

/** The verdict in a word, beside the title, where it is seen however long the text is. It opens what it follows from. */
export function Verdict() {
  const { judgement } = useFigures('steered');
  if (!judgement) return null;
  const { verdict, reasons } = judgement;
  return (
    <Popover position="bottom-start" width={330} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={`verdict ${verdict.split(' ')[0]}`}
          title={`${reasons.join('; ') || calm}. Click to see the limits and to set them.`}
        >
          {verdict}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <VerdictLimitsTable judgement={judgement} />
      </Popover.Dropdown>
    </Popover>
  );
}

function VerdictLimitsTable({ judgement }: { readonly judgement: TextJudgement }) {
  const limits = useLimits((state) => state.limits);
  const delivered = isAsDelivered(limits);
  return (
    <div className="stack verdict-limits">
      <table aria-label="Limits of the verdict">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">This text</th>
            <th scope="col">strained beyond</th>
            <th scope="col">broken beyond</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                {row.label}
                <span className="quiet">{row.hint}</span>
              </th>
              <td className={stateOf(judgement.figures[row.name], row.name, limits)}>
                {plainNumber(judgement.figures[row.name])}
              </td>
              <td>
                <LimitField row={row} level="strained" limits={limits} />
              </td>
              <td>
                <LimitField row={row} level="broken" limits={limits} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet" style={{ margin: 0 }}>
        The worst figure gives the word. The first limit of KL is also the budget of the safe range, the green band on
        the strength sliders.
      </p>
      {/* It keeps the focus, without which Escape would not close what it is in. */}
      <Button
        size="compact-sm"
        variant="default"
        {...(delivered && { 'data-disabled': true, 'aria-disabled': true })}
        onClick={resetLimits}
      >
        Reset the limits
      </Button>
    </div>
  );
}

function isAsDelivered(limits: VerdictLimits): boolean {
  return rows.every(({ name }) =>
    (['strained', 'broken'] as const).every((level) => limits[name][level] === thresholds[name][level]),
  );
}

function stateOf(figure: number, name: JudgedName, limits: VerdictLimits): string {
  const { strained, broken } = limits[name];
  const beyond = (limit: number) => (name === 'distinct2' ? figure < limit : figure > limit);
  return beyond(broken) ? 'verdict broken' : beyond(strained) ? 'verdict strained' : '';
}

function LimitField(props: { readonly row: Row; readonly level: keyof Limits; readonly limits: VerdictLimits }) {
  const { row, level, limits } = props;
  const { name, label, max, step } = row;
  return (
    <NumberInput
      size="xs"
      w={70}
      aria-label={`${label}: ${level} beyond`}
      min={0}
      max={max}
      step={step}
      decimalScale={2}
      allowNegative={false}
      clampBehavior="blur"
      value={limits[name][level]}
      onChange={(next) => {
        if (typeof next === 'number' && next > 0 && next <= max) setLimit(name, level, next);
      }}
    />
  );
}
