/** Milliseconds for two hundred contrast texts: read at every layer and fitted, against transformers.js running them. */
import { newTask, type Ours, type TransformersJs } from '../contestants.js';
import { compare, type Row } from '../statistics.js';

const texts = 200;
/** Of the bundled model's tokens, nearly; with one for the beginning. */
const words = 31;

const who = ['Lily', 'Tim', 'Ben', 'Mia', 'Tom', 'Sara', 'Max', 'Anna', 'Jack', 'Lucy'];
const did = ['saw', 'took', 'found', 'made', 'held', 'lost', 'gave', 'liked'];
const what = ['dog', 'ball', 'cake', 'tree', 'boat', 'hat', 'bird', 'book', 'box', 'cup', 'bed'];

/** Texts that no earlier run had, since what was read is kept: a sentence's words depend on the run, the side and its place. */
function textsOf(run: number, side: number): readonly string[] {
  return Array.from({ length: texts / 2 }, (_, index) => {
    const pick = (list: readonly string[], word: number) => {
      const at = 7919 * run + 104_729 * side + 31 * index + 17 * word + ((index * word * (run + 3)) >> 2);
      return list[at % list.length]!;
    };
    const sentence = Array.from({ length: Math.ceil(words / 5) }, (_, part) =>
      [pick(who, part), pick(did, part), 'the', pick(what, part)].join(' '),
    );
    return sentence.join(' and ').split(' ').slice(0, words).join(' ');
  });
}

/** The peer runs texts of the same length together, as many as ours reads at once, and is asked for nothing but its logits. */
export function capture200(ours: Ours, peer: TransformersJs, runs: number): Promise<Row> {
  // Both sides run the same texts; a run of ours has others than the run before.
  const both = (run: number) => [textsOf(run, 0), textsOf(run, 1)] as const;
  return compare(
    'capture-200',
    'ms',
    runs,
    async (run) => {
      const [positive, negative] = both(run);
      const request = {
        task: newTask(),
        texts: { kind: 'lists', positive, negative } as const,
        method: 'mean-difference',
      };
      const start = performance.now();
      await ours.remote.fitDirection(request, () => undefined);
      return performance.now() - start;
    },
    (run) => peer.forward(both(run).flat()),
  );
}
