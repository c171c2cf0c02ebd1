import { beforeEach, describe, expect, it, vi } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { fitEntry, fitMissing } from '../../../src/app/engine/fitting.js';
import {
  addDirection,
  changeDirection,
  fitFor,
  removeDirection,
  setFit,
  useDirections,
} from '../../../src/app/stores/directions.js';
import { useSession } from '../../../src/app/stores/session.js';
import { asked, fitNumber, loaded, stamp } from './fake-fits.js';

vi.mock('../../../src/app/engine/connection.js', async () => (await import('./fake-fits.js')).fakeConnection);

const lists = (positive: string) => ({ kind: 'lists', positive: [positive], negative: ['no'] }) as const;
function add(name: string): string {
  const entry = freeEntry({ name, texts: lists(name) });
  addDirection(entry);
  return entry.id;
}
const vectorOf = (id: string) => {
  const entry = useDirections.getState().entries.find((it) => it.id === id)!;
  return fitFor(entry, stamp)?.layers.map(({ vector }) => [...vector]);
};

beforeEach(() => {
  asked.length = 0;
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useSession.setState({ loaded, phase: 'ready' });
});

describe('a fit', () => {
  it('is dropped when what the direction is found from changed meanwhile', async () => {
    const id = add('happy');
    const fitting = fitEntry(useDirections.getState().entries[0]!);
    const stale = await fitNumber(1);
    changeDirection(id, { texts: lists('glad'), strength: 1 });
    const fresh = { ...useDirections.getState().entries[0]!, fits: [] };
    void fitEntry(fresh);
    (await fitNumber(2)).finish([0, 1]);
    await vi.waitFor(() => expect(vectorOf(id)).toEqual([[0, 1]]));
    stale.finish([1, 0]);
    await fitting;
    expect(vectorOf(id)).toEqual([[0, 1]]);
  });

  it('is taken when only its application changed', async () => {
    const id = add('happy');
    const fitting = fitEntry(useDirections.getState().entries[0]!);
    changeDirection(id, { strength: 1, name: 'glad' });
    (await fitNumber(1)).finish();
    await fitting;
    expect(vectorOf(id)).toEqual([[1, 0]]);
  });
});

describe('the fits that are missing', () => {
  it('are found from what each direction is when its turn comes', async () => {
    const [first, second, third, gone] = ['first', 'second', 'third', 'gone'].map(add) as [
      string,
      string,
      string,
      string,
    ];
    const all = fitMissing();
    const one = await fitNumber(1);
    changeDirection(second, { texts: lists('new') });
    const direction = { model: stamp, hook: 'resid_post', source: { method: '', options: {}, texts: null } } as const;
    setFit(third, { version: 'own', direction: { ...direction, layers: [] } });
    removeDirection(gone);
    one.finish();
    const two = await fitNumber(2);
    expect(two.texts).toEqual(lists('new'));
    two.finish([0, 1]);
    await all;
    expect([vectorOf(first), vectorOf(second), vectorOf(third)]).toEqual([[[1, 0]], [[0, 1]], []]);
    expect(asked).toHaveLength(2);
  });

  it('are found again where the texts changed while they were read', async () => {
    const id = add('happy');
    const all = fitMissing();
    const stale = await fitNumber(1);
    changeDirection(id, { texts: lists('glad') });
    stale.finish([1, 0]);
    const again = await fitNumber(2);
    expect(again.texts).toEqual(lists('glad'));
    again.finish([0, 1]);
    await all;
    expect(vectorOf(id)).toEqual([[0, 1]]);
  });
});
