import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef, useState, type PointerEvent } from 'react';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import { pictureOfDrawing } from '../../../plots/drawnPicture.js';
import {
  effectCostScene,
  nearestPoint,
  type EffectCostPoint,
  type PlacedPoint,
} from '../../../plots/effectCostScene.js';
import { layerColours } from '../../../plots/layerColours.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import { useLimits } from '../../../stores/limits.js';
import { showPoint, useSweep } from '../../../stores/sweep.js';
import { useFigureColours } from '../../figureColours.js';
import { Term } from '../Term.js';
import { layersLabel, pointsTable, spansOf, steeredAt, type ShownRows, type SweepRow } from './sweepRows.js';

const height = 320;

/** Effect against cost, one curve a layer, the frontier marked. The table beside it is the way for keyboard and screen reader. */
export function EffectCost({ rows, direction, effect, unit, unitMeans }: ShownRows) {
  const colours = useFigureColours();
  const chosen = useSweep((state) => state.shown);
  const { ref, width } = useElementSize();
  const [hovered, setHovered] = useState<PlacedPoint | null>(null);
  const budget = useLimits((state) => state.limits.meanKl.strained);
  const drawing = useRef<SVGSVGElement>(null);
  const scene = useMemo(
    () => effectCostScene({ ...partsOf(rows), budget, width: width || 600, height }),
    [rows, budget, width],
  );
  const shades = layerColours(scene.curves.length, colours);
  const at = (event: PointerEvent<SVGSVGElement>): PlacedPoint | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestPoint(scene, event.clientX - box.left, event.clientY - box.top);
  };
  const all = [...scene.curves.flatMap(({ points }) => points), ...scene.others];
  const marked = all.find(({ key }) => key === chosen);
  const { left, right, top, bottom } = scene;
  return (
    <figure className="sweep-picture">
      <figcaption>
        <b>{effect}</b> gained (up), in <Term means={unitMeans}>{unit}</Term>, against cost (across): KL from the
        unsteered model, in nats a token. The thick line is the frontier: nothing that was tried gives more for less.
        Right of the dotted line, at {budget} nats, a text counts as strained.
      </figcaption>
      <div ref={ref} className="savable">
        <SaveMenu
          label={`${effect} of ${direction.name} against cost`}
          name={`effect against cost ${direction.name}`}
          table={() => pointsTable(rows, effect, unit)}
          picture={(format) => {
            if (!drawing.current) throw new Error('The picture is not drawn. Open the Sweep tab and save it again.');
            const keys = scene.curves.map(({ name }, index) => ({ colour: shades[index] ?? colours.ink, words: name }));
            const look = { background: colours.card, ink: colours.ink, keys };
            return pictureOfDrawing(drawing.current, format, look);
          }}
        />
        {/* Its points are in the table too, where the keyboard reaches them. */}
        <svg
          ref={drawing}
          className={`effect-cost ${hovered ? 'over' : ''}`}
          role="img"
          aria-label={`Effect against cost of ${direction.name}, ${rows.length} points; the table below has them all`}
          width="100%"
          height={height}
          onPointerMove={(event) => setHovered(at(event))}
          onPointerLeave={() => setHovered(null)}
          onPointerUp={(event) => {
            const point = at(event);
            if (point) showPoint(point.key);
          }}
        >
          <g className="axes">
            {scene.effects.map(({ at: y, label }) => (
              <g key={label} className={label === '0' ? 'zero' : ''}>
                <path d={`M${left} ${y}H${right}`} />
                <text x={left - 6} y={y + 3.5} textAnchor="end">
                  {label}
                </text>
              </g>
            ))}
            {scene.costs.map(({ at: x, label }) => (
              <g key={label}>
                <path d={`M${x} ${top}V${bottom}`} />
                <text x={x} y={bottom + 15} textAnchor="middle">
                  {label}
                </text>
              </g>
            ))}
            <path className="budget" d={`M${scene.budget} ${top}V${bottom}`} />
          </g>
          <path className="frontier" d={scene.frontier} />
          {scene.curves.map(({ name, path, points }, index) => (
            <g key={name} stroke={shades[index]} fill={shades[index]}>
              <path d={path} fill="none" strokeWidth={1.4} />
              {points.map(({ key, x, y }) => (
                <circle key={key} cx={x} cy={y} r={3.4} stroke="none" />
              ))}
            </g>
          ))}
          {scene.others.map(({ key, kind, x, y }) => (
            <path key={key} className={`mark ${kind}`} d={marks[kind]} transform={`translate(${x} ${y})`} />
          ))}
          {[hovered, marked].map(
            (point, index) => point && <circle key={index} className="ring" cx={point.x} cy={point.y} r={8} />,
          )}
        </svg>
      </div>
      <p className="quiet effect-cost-now">{hovered ? wordsOf(hovered) : 'Point at the picture to name its points.'}</p>
      <ul className="effect-cost-legend quiet">
        {scene.curves.map(({ name }, index) => (
          <li key={name}>
            <i style={{ background: shades[index] }} />
            {name}
          </li>
        ))}
        {(['prompt', 'random', 'baseline'] as const)
          .filter((kind) => scene.others.some((point) => point.kind === kind))
          .map((kind) => (
            <li key={kind}>
              <svg width="12" height="12" aria-hidden>
                <path className={`mark ${kind}`} d={marks[kind]} transform="translate(6 6)" />
              </svg>
              {kindWords[kind]}
            </li>
          ))}
      </ul>
    </figure>
  );
}

/** Around their middle. */
const marks = {
  steered: '',
  prompt: 'M-4.5-4.5H4.5V4.5H-4.5Z',
  random: 'M-4-4L4 4M4-4L-4 4',
  baseline: 'M0-5.5L5.5 0L0 5.5L-5.5 0Z',
} as const;
const kindWords = { prompt: 'in words', random: 'random directions', baseline: 'no steering' } as const;

function partsOf(rows: readonly SweepRow[]) {
  const baseline = rows.filter(({ setting }) => setting.kind === 'baseline');
  return {
    curves: spansOf(rows).map((span) => ({
      name: layersLabel(span),
      // A curve goes through the text as it is.
      points: [...steeredAt(rows, span), ...baseline]
        .sort((a, b) => a.setting.strength - b.setting.strength)
        .map(pointOf),
    })),
    others: rows.filter(({ setting }) => setting.kind !== 'steered').map(pointOf),
    frontier: rows.filter(({ onFrontier }) => onFrontier).map(pointOf),
  };
}

function pointOf({ setting, label, point: { effect, cost } }: SweepRow): EffectCostPoint {
  return { key: setting.key, kind: setting.kind, label, effect, cost };
}

function wordsOf({ label, effect, cost }: EffectCostPoint): string {
  return `${label}: effect ${signedNumber(effect)}, cost ${plainNumber(cost)} nats a token. Click to read its texts.`;
}
