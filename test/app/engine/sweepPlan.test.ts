import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { withMorePrompts, type SweepParts } from '../../../src/app/engine/sweepChoices.js';
import { changedParts, planSweep, type PlannedSweep } from '../../../src/app/engine/sweepPlan.js';
import { addDirection, changeDirection, setFit, useDirections } from '../../../src/app/stores/directions.js';
import { usePrompt } from '../../../src/app/stores/prompt.js';
import { firstSpec, type SweepSpec } from '../../../src/app/stores/sweep.js';
import type { FittedDirection, LayerDirection } from '../../../src/core/directions/direction.js';
import { emptyPlan } from '../../../src/core/steering/plan.js';
import type { LoadedModel } from '../../../src/protocol/api.js';

const layers = 8;
const stamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers, width: 2 };
const loaded = {
  stamp,
  shape: { layers, width: 2, vocabulary: 9, context: 99 },
  chat: false,
  report: { bytes: 1e9 },
} as LoadedModel;
const means = { positive: 1, negative: -1 };

function fitted(sides: boolean): FittedDirection {
  return {
    model: stamp,
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: Array.from({ length: layers }, (_, layer): LayerDirection => ({
      layer,
      vector: Float32Array.of(0.6, 0.8),
      scale: 2,
      residualNorm: 3 + layer,
      separation: null,
      ...(sides && { means }),
    })),
  };
}

const texts = { kind: 'pairs', positive: ['She laughed', 'He smiled'], negative: ['She cried', 'He wept'] } as const;
let ids: string[] = [];
beforeEach(() => {
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  usePrompt.setState(usePrompt.getInitialState());
  ids = ['happy', 'formal'].map((name) => {
    const entry = freeEntry({ name, opposite: `not ${name}`, texts: name === 'happy' ? texts : null });
    addDirection(entry);
    setFit(entry.id, { version: name, direction: fitted(name === 'happy') });
    return entry.id;
  });
  useDirections.setState({ selectedId: ids[0]! });
});

const parts = (spec: Partial<SweepSpec> = {}): SweepParts => ({
  spec: { ...firstSpec, ...spec },
  directions: useDirections.getState(),
  prompt: usePrompt.getState(),
  loaded,
  epoch: 1,
  folderFiles: null,
});
function plan(spec: Partial<SweepSpec> = {}): PlannedSweep {
  const made = planSweep(parts(spec));
  if ('missing' in made) throw new Error(made.missing);
  return made;
}
function missing(spec: Partial<SweepSpec> = {}): string {
  const made = planSweep(parts(spec));
  return 'missing' in made ? made.missing : '';
}
const few = { strengthKind: 'list', strengths: '-1, 0, 0.5', layers: '2, 4-5', prompts: 'Once', seeds: 2 } as const;

describe('the sweep that is set', () => {
  it('begins with the baseline and goes through everything once', () => {
    const { settings, cells, prompts, seeds } = plan(few);
    const kinds = settings.map(({ setting }) => setting.kind);
    // 0 is the baseline; two spans × two strengths, two random directions × two strengths, two wishes in words.
    expect(kinds[0]).toBe('baseline');
    expect(kinds.filter((kind) => kind === 'steered')).toHaveLength(4);
    expect(kinds.filter((kind) => kind === 'random')).toHaveLength(4);
    expect(kinds.filter((kind) => kind === 'prompt')).toHaveLength(2);
    expect([prompts.length, seeds]).toEqual([2, [7, 8]]);
    const made = cells();
    expect(made.map(({ id }) => id)).toEqual(settings.flatMap((swept) => swept.cells));
    expect(new Set(made.map(({ id }) => id)).size).toBe(11 * 2 * 2);
  });

  it('steers as the direction is applied, but for layers and strength, whatever else is on', () => {
    changeDirection(ids[0]!, { scope: { prompt: false, generated: true }, enabled: false });
    const { cells, settings } = plan(few);
    const at = settings.find(({ setting }) => setting.kind === 'steered' && setting.layers?.[1] === 5)!;
    const [term, ...others] = cells().find(({ setting }) => setting === at.setting)!.plan.terms;
    expect(others).toEqual([]);
    expect(term).toMatchObject({ strength: at.setting.strength, scope: { prompt: false, generated: true } });
    expect(term!.sites.map(({ layer }) => layer)).toEqual([4, 5]);
  });

  it('moves residuals as far along random directions', () => {
    const random = plan(few)
      .cells()
      .find(({ setting }) => setting.kind === 'random')!;
    const [site] = random.plan.terms[0]!.sites;
    expect(site!.residualNorm).toBe(3 + site!.layer);
    expect([...site!.vector]).not.toEqual([...Float32Array.of(0.6, 0.8)]);
  });

  it('asks the plain prompt’s model where the wish is in words', () => {
    const [instruction] = plan({ ...few, instruction: 'Be glad.' })
      .cells()
      .filter(({ setting }) => setting.kind === 'prompt');
    const { prompt } = usePrompt.getState();
    expect(instruction).toMatchObject({ prompt: `Be glad.\n\n${prompt}`, reference: prompt, plan: emptyPlan });
  });

  it('tries a direction only where it does something, and says where it does not', () => {
    const last = fitted(false);
    setFit(ids[1]!, { version: 'last', direction: { ...last, layers: last.layers.filter(({ layer }) => layer >= 5) } });
    const asked = { ...few, directionIds: ids, effect: 'alignment', effectLayer: 6 } as const;
    const { cells, notes } = plan(asked);
    expect(notes).toEqual(['“formal” does nothing at layer 2, so it is not swept there.']);
    const steered = cells().filter(({ setting: { kind } }) => kind === 'steered' || kind === 'random');
    // Of the one both spans, of the other one of them, two strengths and two random directions each.
    expect(steered).toHaveLength((4 + 2 + 4 + 4) * 2 * 2);
    for (const cell of steered) expect(cell.plan.terms.flatMap(({ sites }) => sites).length).toBeGreaterThan(0);
    expect(missing({ ...asked, layers: '1' })).toMatch(/“formal” does nothing at layer 1: no vector at layer 1/);
  });

  it('reads every direction along its own vectors', () => {
    const { probes, readings, directions } = plan({ ...few, directionIds: ids, effect: 'alignment', effectLayer: 6 });
    expect(probes.map(({ id }) => id)).toEqual(ids);
    expect(ids.map((id) => readings[id]!.probe)).toEqual([0, 1]);
    expect(directions.map(({ choice }) => choice.layer)).toEqual([6, 6]);
  });

  it('takes each prompt once', () => {
    expect(plan({ ...few, prompts: `${usePrompt.getState().prompt}\n\nOnce` }).prompts).toHaveLength(2);
  });

  it('takes more prompts by itself where texts are cheap', () => {
    const ofSize = (bytes: number) => {
      const made = planSweep({ ...parts(), loaded: { ...loaded, report: { ...loaded.report, bytes } } });
      return 'missing' in made ? 0 : made.prompts.length;
    };
    expect([ofSize(15e6), ofSize(5e8)]).toEqual([8, 4]);
  });

  it('fills prompts up with neutral ones, each once, and leaves it where there are none left', () => {
    const first = plan().prompts;
    const more = withMorePrompts(8, parts())!;
    expect(plan({ prompts: more }).prompts.slice(0, 4)).toEqual(first);
    expect(new Set(plan({ prompts: more }).prompts).size).toBe(8);
    expect(withMorePrompts(4, parts({ prompts: 'Mine' }))!.split('\n')).toEqual(['Mine', ...first.slice(1, 3)]);
    expect(withMorePrompts(8, parts({ prompts: more }))).toBeNull();
    expect(withMorePrompts(16, parts())).toBeNull();
  });

  it('is of another model when the folder that it came from holds other files', () => {
    const from = (folderFiles: string | null) => {
      const made = planSweep({ ...parts(few), folderFiles });
      return 'missing' in made ? null : made.context;
    };
    expect(changedParts(from('7 files, 900 bytes, 1')!, from('7 files, 900 bytes, 1')!)).toEqual([]);
    expect(changedParts(from('7 files, 900 bytes, 1')!, from('7 files, 900 bytes, 2')!)).toEqual(['model']);
  });

  it('has other words for a wish when the direction is called otherwise, as long as they are not typed', () => {
    const changes = (spec: Partial<SweepSpec>) => {
      const before = plan({ ...few, ...spec }).context;
      changeDirection(ids[0]!, { name: `${useDirections.getState().entries[0]!.name}er` });
      return changedParts(before, plan({ ...few, ...spec }).context);
    };
    // The name is also the words that an effect may count.
    expect(changes({})).toEqual(['effect', 'wordings']);
    expect(changes({ instruction: 'Be glad.' })).toEqual(['effect']);
    expect(changes({ inWords: false })).toEqual(['effect']);
  });

  it('knows which results belong to other settings, and keeps those that only are more', () => {
    const first = plan(few).context;
    const changes = (spec: Partial<SweepSpec>) => changedParts(first, plan({ ...few, ...spec }).context);
    expect(changes({ strengths: '1', layers: '7', seeds: 9, random: false })).toEqual([]);
    expect(changes({ tokens: 5 })).toEqual(['sampling']);
    expect(changes({ prompts: 'Twice' })).toEqual(['prompts']);
    expect(changes({ effect: 'alignment' })).toEqual(['effect']);
    changeDirection(ids[0]!, { strength: 2, enabled: false });
    expect(changes({})).toEqual([]);
    changeDirection(ids[0]!, { operator: 'ablate' });
    expect(changes({})).toEqual(['directions']);
  });
});

describe('what is missing is said', () => {
  it.each([
    [{ layers: '9' }, /layers are 0 to 7/],
    [{ layers: '' }, /No layer/],
    [{ strengthKind: 'list', strengths: 'much' }, /“much” is no number/],
    [{ ownPrompt: false, prompts: ' ' }, /no prompt/],
  ] as const)('%j', (spec, words) => {
    expect(missing(spec)).toMatch(words);
  });

  it('of directions', () => {
    expect(missing({ directionIds: [ids[1]!], effect: 'score' })).toMatch(/“formal” has no two sides/);
    expect(missing({ directionIds: ids, effect: 'log-odds' })).toMatch(/same words/);
    changeDirection(ids[1]!, { operator: 'angular' });
    expect(missing({ directionIds: ids, effect: 'alignment' })).toMatch(/other units/);
    changeDirection(ids[0]!, { fits: [] });
    expect(missing()).toMatch(/“happy” is not fitted/);
    useDirections.setState({ selectedId: null });
    expect(missing()).toMatch(/Select a direction/);
  });
});

it('an operator without a strength is tried once a layer, one that acts at 0 also there', () => {
  changeDirection(ids[0]!, { operator: 'ablate' });
  const steered = (made: PlannedSweep) => made.settings.filter(({ setting }) => setting.kind === 'steered');
  expect(steered(plan(few)).map(({ setting }) => setting.layers)).toEqual([
    [2, 2],
    [4, 5],
  ]);
  changeDirection(ids[0]!, { operator: 'clamp' });
  expect(steered(plan(few))).toHaveLength(2 * 3);
});
