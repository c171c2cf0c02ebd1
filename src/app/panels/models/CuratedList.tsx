import type { CuratedModel } from '../../presets/models.js';
import { fileSize } from '../../look/numbers.js';

/** Models that are good to begin with; one is looked up, not downloaded, when it is chosen. */
export function CuratedList(props: {
  readonly models: readonly CuratedModel[];
  /** Ids of those that are stored here, whole. */
  readonly here: ReadonlySet<string>;
  /** Id of the one that is loaded. */
  readonly loaded: string | null;
  readonly onChoose: (model: CuratedModel) => void;
}) {
  const { models, here, loaded, onChoose } = props;
  return (
    <ul className="model-list" aria-label="Models to begin with">
      {models.map((model) => (
        <li key={model.id}>
          <button type="button" className="model-row" onClick={() => onChoose(model)}>
            <span className="model-row-name">
              <b>{model.name}</b>
              <span className="tag">{model.kind}</span>
              {loaded === model.id ? (
                <span className="tag tag-good">open now</span>
              ) : (
                here.has(model.id) && <span className="tag tag-good">on this device</span>
              )}
            </span>
            <span className="model-row-size">
              ≈ {fileSize(model.megabytes * 1e6)} <span className="quiet">· {model.licence}</span>
            </span>
            <span className="quiet model-row-about">{model.goodAt}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
