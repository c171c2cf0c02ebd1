import { cosine } from '../../../core/tensors/vector.js';
import { plainNumber, signedNumber } from '../../look/numbers.js';
import { fitFor, type DirectionEntry, type Fit } from '../../stores/directions.js';
import { Fact } from '../Fact.js';

/** What a formula gives, at the layer in the middle of those that it has: its length, and how it lies to its parts. */
export function Result({ fit, entries }: { readonly fit: Fit; readonly entries: readonly DirectionEntry[] }) {
  const { direction } = fit;
  const there = direction.layers[Math.floor(direction.layers.length / 2)]!;
  const count = direction.layers.length;
  return (
    <table className="facts" aria-label="The result">
      <tbody>
        <Fact name="layers" value={count === 1 ? `${there.layer}` : `${count} of ${direction.model.layers}`} />
        <Fact name={`length at layer ${there.layer}`} value={plainNumber(there.scale)} />
        {entries.map((entry) => {
          const part = fitFor(entry, direction.model)?.layers.find(({ layer }) => layer === there.layer);
          const value = part ? signedNumber(cosine(there.vector, part.vector)) : '–';
          return <Fact key={entry.id} name={`cosine with ${entry.name}`} value={value} />;
        })}
      </tbody>
    </table>
  );
}
