import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import {
  experimentJsonSchema,
  readExperiment,
  saysExperiment,
  writeExperiment,
  type ExperimentDocument,
} from '../../../src/core/experiments/index.js';
import { thresholds } from '../../../src/core/measures/index.js';
import { validExperiment } from './valid-experiment.js';

type Json = Record<string, unknown>;
const jsonOf = (experiment: ExperimentDocument): Json => JSON.parse(writeExperiment(experiment)) as Json;

/** The text of a valid experiment with one value put in at a path. */
function withValue(path: readonly (string | number)[], value: unknown): string {
  const json = jsonOf(validExperiment());
  const [last, ...above] = [...path].reverse();
  const place = above.reverse().reduce<Json>((at, key) => at[key] as Json, json);
  place[last!] = value;
  return JSON.stringify(json);
}

const refusal = (text: string): SteerboardError => {
  try {
    readExperiment(text);
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
  throw new Error('It was read.');
};

describe('an experiment as JSON', () => {
  it('comes back as it was, vectors bit for bit', () => {
    const experiment = validExperiment();
    expect(readExperiment(writeExperiment(experiment))).toEqual(experiment);
  });

  it('is the same text for the same experiment, whatever the order of its fields', () => {
    const experiment = validExperiment();
    const turned = Object.fromEntries(Object.entries(experiment).reverse()) as ExperimentDocument;
    expect(writeExperiment(turned)).toBe(writeExperiment(experiment));
  });

  it.each(['1.0', '1.1', '1.2'])('of version %s of the format is read', (version) => {
    const text = readFileSync(new URL(`../../fixtures/experiments/${version}.json`, import.meta.url), 'utf8');
    // Of a time before there were limits, it has those that the page begins with.
    const since = version === '1.0' ? { limits: thresholds } : {};
    // Nor was what is measured in it.
    const results = version < '1.2' ? { sweep: null, found: null } : {};
    expect(readExperiment(text)).toEqual({ ...validExperiment(), version, ...since, ...results });
  });

  it('takes a limit that it does not say from those that the page begins with', () => {
    const limits = { meanKl: { strained: 0.5, broken: 2 }, later: { strained: 1, broken: 2 } };
    const read = readExperiment(JSON.stringify({ ...jsonOf(validExperiment()), limits }));
    expect(read.limits).toEqual({ ...thresholds, meanKl: limits.meanKl });
  });

  it('of a later minor version is read without what is not known', () => {
    const json = { ...jsonOf(validExperiment()), version: '1.7', later: { a: 1 } };
    expect(readExperiment(JSON.stringify(json))).toEqual({ ...validExperiment(), version: '1.7' });
  });

  it('says what it is, near its beginning', () => {
    expect(saysExperiment(writeExperiment(validExperiment()))).toBe(true);
    expect(saysExperiment('{"format":"steerboard","directions":[]}')).toBe(false);
  });

  it('of a newer major version says so', () => {
    expect(refusal(withValue(['version'], '2.0')).code).toBe('document-newer');
  });

  it.each<[string, string, RegExp]>([
    [
      'another format',
      withValue(['format'], 'steerboard'),
      /format is not "steerboard-experiment".*opened by the “Import” button/,
    ],
    ['no version', withValue(['version'], 1), /version is not a version/],
    ['no name', withValue(['name'], ''), /name is wrong/],
    ['a name of megabytes', withValue(['name'], 'x'.repeat(3e6)), /name is wrong/],
    ['an operator that is not known', withValue(['directions', 0, 'operator'], 'explode'), /operator/],
    ['a strength beyond all', withValue(['directions', 0, 'strength'], 1e300), /strength/],
    ['a strength that is no number', withValue(['directions', 0, 'strength'], null), /strength/],
    ['a direction that is not there', withValue(['directions', 0, 'second'], 2), /refers to direction 2/],
    ['a condition on one that is not', withValue(['directions', 0, 'condition', 'direction'], 9), /direction 9/],
    ['a selection that is not there', withValue(['selected'], 2), /refers to direction 2/],
    ['layers that go backwards', withValue(['directions', 0, 'layers'], [3, 1]), /goes from 3 to 1/],
    ['a layer beyond the model', withValue(['directions', 1, 'fits', 0, 'layers', 0, 'layer'], 4), /layers 0 to 3/],
    ['a layer twice', withValue(['directions', 1, 'fits', 0, 'layers', 0, 'layer'], 1), /a second time/],
    ['a vector of another width', withValue(['directions', 1, 'fits', 0, 'layers', 0, 'vector'], [1]), /width is 10/],
    ['a vector of NaN', withValue(['directions', 1, 'fits', 0, 'layers', 0, 'vector'], 'AADAfw=='), /not finite/],
    ['a pair without its half', withValue(['directions', 0, 'texts', 'negative'], []), /pairs with a side missing/],
    ['a curve that turns back', withValue(['directions', 0, 'scope', 'curve'], [{ at: 5, factor: 1 }, { at: 1, factor: 1 }]), /ascending/], // prettier-ignore
    [
      'a text of other length than its ids',
      withValue(['outcome', 'steered', 'pieces'], ['a']),
      /1 pieces for 5 tokens/,
    ],
    ['a prompt longer than its text', withValue(['outcome', 'steered', 'promptLength'], 6), /but there are 5 tokens/],
    ['more texts of a sweep than there may be', withValue(['sweep', 'run', 'seeds'], Array.from({ length: 2501 }, (_, seed) => seed)), /more than 5000 texts/], // prettier-ignore
    ['a sweep of nothing', withValue(['sweep', 'run', 'directions'], []), /sweep\.run\.directions/],
    ['a KL that is no float32', withValue(['sweep', 'texts', 0, 'kl'], 'AAA'), /base64 of whole float32/],
    [
      'a found vector of another width',
      withValue(['found', 'best', 'direction', 'layers', 0, 'vector'], [1]),
      /found\.best\.direction\.layers\[0\].*width is 10/,
    ],
    ['a token that is no number', withValue(['outcome', 'steered', 'ids', 0], '1'), /ids/],
    ['deep nesting', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, /nested more than/],
    ['keys that reach for prototypes', writeExperiment(validExperiment()).replace('"name"', '"__proto__":{"x":1},"name"'), /no document may use/], // prettier-ignore
    ['a number beyond double', withValue(['sampling', 'temperature'], 0).replace('"temperature":0', '"temperature":1e999'), /not a finite number/], // prettier-ignore
    ['nothing', '', /is empty/],
    ['half of it', writeExperiment(validExperiment()).slice(0, 300), /not JSON/],
  ])('is refused with %s', (_, text, says) => {
    const { code, message } = refusal(text);
    expect(code).toBe('document-invalid');
    expect(message).toMatch(says);
    expect(message.length).toBeLessThan(600);
  });
});

describe('its published JSON Schema', () => {
  const file = new URL('../../../public/schema/steerboard-experiment-1.json', import.meta.url);

  beforeAll(() => {
    if (process.env['UPDATE_SCHEMA'] !== '1') return;
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
  });

  it('is what the code checks by (UPDATE_SCHEMA=1 writes it anew)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(experimentJsonSchema());
  });

  it('accepts what we write and refuses what is wrong, for another validator too', () => {
    const validate = new Ajv2020({ strict: false }).compile(experimentJsonSchema());
    const json = jsonOf(validExperiment());
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...json, selected: 'first' })).toBe(false);
  });
});
