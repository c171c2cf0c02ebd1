import { Fact } from './Fact.js';
import { spanOn } from '../engine/plan.js';
import { plainNumber } from '../look/numbers.js';
import { colourOf } from '../look/palette.js';
import { changeDirection } from '../stores/directions.js';
import { pictureOf } from '../plots/picture.js';
import { SaveMenu } from '../plots/SaveMenu.js';
import { heldOutFigure } from '../plots/heldOutFigure.js';
import { tableOf } from '../plots/table.js';
import { useFigureColours } from './figureColours.js';
import { useSelected } from './selected.js';

const height = 74;

/** How well each layer separates texts it was not fitted on. A click applies the direction there. */
export function LayersPanel() {
  const selected = useSelected();
  const colours = useFigureColours();
  if (!selected) return null;
  const { entry, direction, best } = selected;
  const [from, to] = spanOn(entry, direction.model.layers);
  const held = direction.layers.some(({ separation }) => separation && Number.isFinite(separation.auc));
  const known = held || direction.layers.some(({ separation }) => separation && Number.isFinite(separation.effectSize));
  const input = { name: entry.name || 'unnamed', layers: direction.layers, marked: best, colours };
  const focus = direction.layers.find(({ layer }) => layer === to);
  return (
    <section
      className="card"
      aria-label="Separation by layer"
      style={{ '--colour': colourOf(entry) } as Record<string, string>}
    >
      <div className="row">
        <h2>Separation, held out</h2>
        <span className="spacer" />
        {known && (
          <button
            type="button"
            className="tag tag-button"
            title="Use this layer. It separates texts best, by AUC, then effect size; another may still steer better: a sweep says which"
            disabled={from === best && to === best}
            onClick={() => changeDirection(entry.id, { layers: [best, best] })}
          >
            reads best: {best}
          </button>
        )}
      </div>
      {known && (
        <div className="savable">
          <SaveMenu
            label={`Separation by layer of ${entry.name || 'unnamed'}, held out`}
            name={`separation ${entry.name}`}
            table={() => tableOf(heldOutFigure(input))}
            picture={(format) => pictureOf(heldOutFigure(input), format, { width: 420, height: 220 })}
          />
          <div className="separation">
            <div className="chance" style={{ bottom: 17 + height * 0.5 }} title="chance" />
            {direction.layers.map(({ layer, separation }) => {
              const auc = separation?.auc ?? NaN;
              const classes = [layer === best ? 'best' : '', layer >= from && layer <= to ? 'used' : ''].join(' ');
              const says = `Layer ${layer}: AUC ${plainNumber(auc)}, effect size ${plainNumber(separation?.effectSize ?? NaN, 1)}`;
              return (
                <button
                  key={layer}
                  type="button"
                  className={classes}
                  title={says}
                  aria-label={`${says}. Use this layer.`}
                  aria-pressed={layer >= from && layer <= to}
                  onClick={() => changeDirection(entry.id, { layers: [layer, layer] })}
                >
                  <i style={{ height: Math.max(2, (Number.isFinite(auc) ? auc : 0) * height) }} />
                  {direction.model.layers <= 16 || layer % 4 === 0 ? layer : '\u00a0'}
                </button>
              );
            })}
          </div>
        </div>
      )}
      {held ? (
        <div className="caption">
          <span>AUC by layer; dashes are chance</span>
        </div>
      ) : (
        <p className="quiet" style={{ margin: '4px 0 0' }}>
          {entry.texts
            ? 'Too few texts to hold any out. Write at least three on each side.'
            : 'It was not found from texts, so there is nothing that it separates.'}
        </p>
      )}
      {focus && (
        <table className="facts">
          <tbody>
            {known && (
              <>
                <Fact name={`layer ${focus.layer}: accuracy, held out`} value={percent(focus.separation?.accuracy)} />
                <Fact name="effect size (Cohen’s d)" value={plainNumber(focus.separation?.effectSize ?? NaN, 1)} />
              </>
            )}
            <Fact name={`${known ? '' : `layer ${focus.layer}: `}natural size ‖v‖`} value={plainNumber(focus.scale)} />
            <Fact name="mean residual norm" value={plainNumber(focus.residualNorm)} />
          </tbody>
        </table>
      )}
    </section>
  );
}

function percent(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? '–' : `${Math.round(100 * share)} %`;
}
