/** Files of other tools, with residual norms that a worker would have measured. */
import { beforeEach, expect, it, vi } from 'vitest';
import { importFile } from '../../../src/app/engine/importing.js';
import { useDirections } from '../../../src/app/stores/directions.js';
import { useSession, type Session } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { fitted, stamp } from '../../core/formats/valid-document.js';

vi.mock('../../../src/app/engine/connection.js', () => ({ call: () => Promise.resolve(fitted(1)) }));

const request = (scales: readonly number[]) => {
  const data = { '1': [1, ...new Array<number>(stamp.width - 1).fill(0)] };
  const vectors = scales.map((scale, index) => ({ data, scale, name: `vector ${index}` }));
  return new File([JSON.stringify({ vectors })], 'request.json');
};

beforeEach(() => {
  useSession.setState({ loaded: { stamp } as unknown as NonNullable<Session['loaded']> });
  useDirections.setState({ entries: [] });
  useStatus.setState({ problems: [] });
});

it('takes all vectors of a file', async () => {
  expect(await importFile(request([1, -2]))).toMatchObject({ names: ['vector 0', 'vector 1'] });
  expect(useDirections.getState().entries.map(({ name }) => name)).toEqual(['vector 0', 'vector 1']);
});

it('takes none when one would be too strong', async () => {
  expect(await importFile(request([1, 1e30]))).toBeNull();
  expect(useDirections.getState().entries).toEqual([]);
  expect(useStatus.getState().problems[0]?.error.message).toMatch(/mean residual norms of this model/);
});
