/** What files bring in; residual norms are those that a worker would have measured. */
import { beforeEach, expect, it, vi } from 'vitest';
import { importFile } from '../../../src/app/engine/importing.js';
import { parseSnapshot, takeSnapshot } from '../../../src/app/engine/snapshot.js';
import { useDirections } from '../../../src/app/stores/directions.js';
import { useSession, type Session } from '../../../src/app/stores/session.js';
import { useStatus } from '../../../src/app/stores/status.js';
import { writeDocument } from '../../../src/core/formats/index.js';
import { fitted, stamp, validDocument } from '../../core/formats/valid-document.js';

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

it.each<[string, (text: string) => ReturnType<typeof validDocument>['prompt']]>([
  ['a prompt', (text) => text],
  ['a conversation', (content) => ({ messages: [{ role: 'user', content }] })],
])('%s and texts of a document are read back as they were saved, however long', async (_, promptOf) => {
  const document = validDocument();
  const long = 'x'.repeat(1_200_000);
  document.directions[0]!.source.texts!.positive[0] = long;
  const file = new File([writeDocument({ ...document, prompt: promptOf(long) })], 'board.json');
  expect(await importFile(file)).toMatchObject({ text: true });
  const saved = takeSnapshot();
  expect(JSON.stringify(saved.prompt)).toContain(long);
  expect(parseSnapshot(structuredClone(saved))).toEqual(saved);
});
