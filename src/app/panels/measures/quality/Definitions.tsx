import { measures } from '../../../../core/measures/index.js';

/** The measures of a direction, in the order in which they are shown. */
const shown = [
  'auc',
  'accuracy',
  'effect-size',
  'interval',
  'chance',
  'rank-accuracy',
  'stability',
  'explained-variance',
  'additivity',
  'promotion',
] as const;

/** What each figure is, with its unit, formula and source. */
export function Definitions() {
  return (
    <details>
      <summary>How each figure is defined</summary>
      <dl className="quality-definitions">
        {shown.map((name) => {
          const measure = measures.find((it) => it.name === name);
          return (
            measure && (
              <div key={name}>
                <dt>
                  {measure.label} <span className="quiet">({measure.unit})</span>
                </dt>
                <dd className="quiet">{measure.description}</dd>
              </div>
            )
          );
        })}
      </dl>
    </details>
  );
}
