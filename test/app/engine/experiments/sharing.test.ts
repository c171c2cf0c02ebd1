import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../../src/app/engine/entries.js';
import type { Content } from '../../../../src/app/engine/experiments/content.js';
import { withPoints } from '../../../../src/app/engine/experiments/measuredForm.js';
import { contentOf, documentOf } from '../../../../src/app/engine/experiments/sharing.js';
import { parseSnapshot, takeSnapshot } from '../../../../src/app/engine/snapshot.js';
import { happySad } from '../../../../src/app/presets/happySad.js';
import { addDirections, useDirections, type DirectionEntry } from '../../../../src/app/stores/directions.js';
import { setLimit } from '../../../../src/app/stores/limits.js';
import { usePrompt } from '../../../../src/app/stores/prompt.js';
import { SteerboardError } from '../../../../src/core/errors.js';
import { readExperiment, writeExperiment, type Outcome } from '../../../../src/core/experiments/index.js';
import { thresholds } from '../../../../src/core/measures/index.js';
import { uniformSource } from '../../../../src/core/tensors/random.js';
import { fitted, stamp } from '../../../core/formats/valid-document.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';
import { foundFor, sweptRun } from './measured-run.js';

const outcome: Outcome = {
  made: { place: { kind: 'bundled', id: 'tales' }, model: stamp, device: 'wasm' },
  ...validExperiment().outcome!,
};

const entry = (change: Partial<DirectionEntry>, seed: number): DirectionEntry => ({
  ...freeEntry({ ...happySad, name: change.name ?? 'happy' }, []),
  fits: [{ version: `fit ${seed}`, direction: fitted(seed) }],
  layers: [1, 2],
  ...change,
});

function contentWith(...entries: readonly DirectionEntry[]): Content {
  useDirections.setState({ entries: [], selectedId: null });
  addDirections(entries);
  return { snapshot: takeSnapshot(), outcome, isOfBoard: true };
}

const overTheWire = (content: Content, lean: boolean): Content =>
  contentOf(readExperiment(writeExperiment(documentOf('name', content, null, lean))));

beforeEach(() => usePrompt.setState({ prompt: 'Once <b>' }));

describe('an experiment that is given away', () => {
  it('comes back with all it had, ids made anew, vectors bit for bit', () => {
    const drawn = entry({ name: 'drawn', method: 'drawn', texts: null }, 2);
    const happy = entry(
      {
        secondId: drawn.id,
        condition: { directionId: drawn.id, layer: 1, figure: 'projection', side: 'below', threshold: 0.5 },
        layerFactors: [1, 0, 2, 1],
      },
      1,
    );
    setLimit('meanKl', 'strained', 0.25);
    const content = contentWith(happy, drawn);
    const back = overTheWire(content, false);
    const [first, second] = back.snapshot.directions.entries;
    expect(back.outcome).toEqual(outcome);
    expect(back.snapshot.prompt).toEqual(content.snapshot.prompt);
    expect(back.snapshot.limits).toEqual({ ...thresholds, meanKl: { ...thresholds.meanKl, strained: 0.25 } });
    expect(first!.id).not.toBe(happy.id);
    expect(first).toMatchObject({ secondId: second!.id, condition: { ...happy.condition, directionId: second!.id } });
    const plain = (it: DirectionEntry) => ({ ...it, id: '', secondId: '', condition: '', fits: it.fits.map(({ direction }) => direction) }); // prettier-ignore
    expect(back.snapshot.directions.entries.map((it) => plain(it as DirectionEntry))).toEqual(
      [happy, drawn].map(plain),
    );
    expect(back.snapshot.directions.selectedId).toBe(second!.id);
  });

  it('leaves nothing of the editor and of what was on view in it', () => {
    const { snapshot } = contentWith(entry({}, 1));
    const secret = { ...snapshot.editor, draft: { ...snapshot.editor.draft, positive: 'not for others' } };
    const document = documentOf(
      'name',
      { snapshot: { ...snapshot, editor: secret }, outcome: null, isOfBoard: false },
      null,
      false,
    );
    expect(writeExperiment(document)).not.toContain('not for others');
  });

  it('takes texts along only where they are of the board', () => {
    const content = { ...contentWith(entry({}, 1)), isOfBoard: false };
    expect(documentOf('name', content, null, true)).toMatchObject({ outcome: null, made: outcome.made });
  });

  it('names the model of older texts only where it is still the experiment’s', () => {
    const content = { ...contentWith(entry({}, 1)), isOfBoard: false };
    const hub = { id: 'org/x', revision: 'a'.repeat(40), host: 'https://huggingface.co', dtype: 'q4' };
    const moved = { ...content, snapshot: { ...content.snapshot, session: { ...content.snapshot.session, hub } } };
    const here = { place: { kind: 'hub', ...hub } as const, model: { ...stamp, id: 'org/x' }, device: 'wasm' } as const;
    expect(documentOf('name', content, here, false).made).toEqual(outcome.made);
    expect(documentOf('name', moved, here, false).made).toEqual(here);
    expect(documentOf('name', moved, null, false).made).toBeNull();
    expect(documentOf('name', { ...moved, isOfBoard: true }, here, false).made).toEqual(outcome.made);
  });

  it('in a link keeps all vectors while no model says which are found again', () => {
    const content = contentWith(entry({ method: 'imported', texts: null }, 1), entry({ name: 'other' }, 2));
    const { directions } = documentOf('name', { ...content, outcome: null, isOfBoard: false }, null, true);
    expect(directions.map(({ fits }) => fits.length)).toEqual([1, 1]);
  });

  it.each<[string, Partial<DirectionEntry>, number]>([
    ['from texts', {}, 0],
    ['at random', { method: 'random', texts: null }, 0],
    ['by hand', { method: 'drawn', texts: null }, 1],
    ['in a file', { method: 'imported', texts: null }, 1],
    ['in a dictionary', { method: 'sae-feature', texts: null }, 1],
    ['as a neuron', { method: 'neuron', texts: null }, 1],
    ['in heads', { method: 'head-intervention' }, 1],
    ['by a formula whose part is gone', { method: 'expression', expression: 'sad * 2', texts: null }, 1],
  ])('in a link: a direction that was found %s', (_, change, fits) => {
    const back = overTheWire(contentWith(entry(change, 1), entry({ name: 'other' }, 2)), true);
    expect(back.snapshot.directions.entries[0]?.fits).toHaveLength(fits);
  });

  it('in a link leaves out the vectors of other models', () => {
    const other = { ...fitted(4), model: { ...stamp, id: 'another' } };
    const imported = entry({ method: 'imported', texts: null }, 1);
    const both = { ...imported, fits: [...imported.fits, { version: 'other', direction: other }] };
    expect(overTheWire(contentWith(both), true).snapshot.directions.entries[0]?.fits).toHaveLength(1);
    expect(overTheWire(contentWith(both), false).snapshot.directions.entries[0]?.fits).toHaveLength(2);
  });
});

describe('what was measured', () => {
  const measured = (direction: string) => ({
    swept: { run: { ...sweptRun(direction, 3, 1), task: 'running' }, shown: 'baseline' },
    searched: { running: null, found: { ...foundFor(direction), usedId: 'gone' }, error: null },
  });
  const given = (lean: boolean) => {
    const happy = entry({}, 1);
    const content = contentWith(happy);
    const spec = { ...content.snapshot.sweep, directionIds: [happy.id, 'gone'], strengths: '0.5' };
    const document = documentOf(
      'name',
      { ...content, snapshot: { ...content.snapshot, sweep: spec } },
      null,
      lean,
      lean ? null : measured(happy.id),
    );
    return { happy, text: writeExperiment(document), back: contentOf(readExperiment(writeExperiment(document))) };
  };

  it('goes along in a file: texts and figures bit for bit, of the direction that is there now', async () => {
    const { happy, back } = given(false);
    const { id } = back.snapshot.directions.entries[0]!;
    const { run, shown } = back.measured.swept;
    expect(id).not.toBe(happy.id);
    expect(await withPoints(run!)).toEqual({ ...sweptRun(id, 3, 1), id: run!.id });
    expect(shown).toBeNull();
    const { found } = back.measured.searched;
    expect(found).toEqual({ ...foundFor(id), usedId: found!.usedId });
    // The direction that it had been used as is not among those that went along.
    expect(back.snapshot.directions.entries.map((it) => it.id)).not.toContain(found!.usedId);
    expect(back.snapshot.sweep).toMatchObject({ strengths: '0.5' });
    expect(back.snapshot.sweep.directionIds[0]).toBe(id);
  });

  it('names no id of the browser that it comes from', () => {
    const { happy, text } = given(false);
    expect(text).not.toContain(happy.id);
    expect(text).not.toContain('"gone"');
  });

  it('is not in a link', () => {
    const { back } = given(true);
    expect(back.measured).toEqual({
      swept: { run: null, shown: null },
      searched: { running: null, found: null, error: null },
    });
  });

  it('is read from a sound file whatever else it says, or refused', () => {
    const uniform = uniformSource(9);
    const below = (count: number): number => Math.floor(uniform() * count);
    const wrong = [null, true, -1, 3, 1e308, 0.5, '', 'x', [], {}, 'NaN', [0, 1], 'direction 7 for x'];
    const { sweep, found, ...rest } = JSON.parse(writeExperiment(validExperiment())) as Record<string, unknown>;
    // What is read first is counted first.
    const text = JSON.stringify({ sweep, found, ...rest });
    let places = 0;
    JSON.parse(JSON.stringify({ sweep, found }), () => places++);
    let sound = 0;
    for (let round = 0; round < 300; round++) {
      const target = below(places);
      let at = 0;
      const changed = JSON.parse(text, (_, value: unknown) => (at++ === target ? wrong[below(wrong.length)] : value)) as unknown; // prettier-ignore
      try {
        const { snapshot } = contentOf(readExperiment(JSON.stringify(changed)));
        expect(parseSnapshot(structuredClone(snapshot))).not.toBeNull();
        sound++;
      } catch (error) {
        if (!(error instanceof SteerboardError)) throw error;
      }
    }
    expect(sound).toBeGreaterThan(20);
  });
});

describe('what comes in', () => {
  it('drops what is not known', () => {
    const document = validExperiment();
    const layer = { ...document.directions[1]!.fits[0]!.layers[0]!, unknown: 1 };
    document.directions[1]!.fits[0]!.layers[0] = layer;
    expect(JSON.stringify(contentOf(document).snapshot)).not.toContain('unknown');
  });

  it('tells names apart, since formulas call directions by them', () => {
    const document = validExperiment();
    document.directions[1]!.name = 'happy';
    expect(contentOf(document).snapshot.directions.entries.map(({ name }) => name)).toEqual(['happy', 'happy 2']);
  });

  it('brings no hub to ask and no model but the page’s own', () => {
    const document = validExperiment();
    document.made!.place = { kind: 'hub', id: 'a/b', revision: 'c', host: 'https://elsewhere.example' };
    const { session } = contentOf(document).snapshot;
    expect(session.hubHost).toBe('https://huggingface.co');
    document.made!.place = { kind: 'bundled', id: '../../elsewhere' };
    expect(contentOf(document).snapshot.session.bundledId).toBe('tales');
  });

  it('is a sound board, or refused by an error of ours, whatever a document says', () => {
    const uniform = uniformSource(8);
    const below = (count: number): number => Math.floor(uniform() * count);
    const wrong = [null, true, -1, 3, 1e308, 0.5, '', 'x', [], {}, 'happy * 2', [0, 1], { kind: 'last' }];
    const text = writeExperiment(validExperiment());
    let sound = 0;
    for (let round = 0; round < 400; round++) {
      const target = below(140);
      let at = 0;
      const changed = JSON.parse(text, (_, value: unknown) => (at++ === target ? wrong[below(wrong.length)] : value)) as unknown; // prettier-ignore
      try {
        const { snapshot } = contentOf(readExperiment(JSON.stringify(changed)));
        expect(parseSnapshot(structuredClone(snapshot))).not.toBeNull();
        sound++;
      } catch (error) {
        if (!(error instanceof SteerboardError)) throw error;
      }
    }
    expect(sound).toBeGreaterThan(20);
  });
});
