import { describe, expect, it } from 'vitest';
import { finders } from '../../../src/core/directions/index.js';
import { formats } from '../../../src/core/formats/index.js';
import { measures } from '../../../src/core/measures/index.js';
import { snippets } from '../../../src/core/snippets/index.js';
import { operators } from '../../../src/core/steering/index.js';

/** Files of a family's folder that are no members: types, and what members share. */
const families = {
  directions: {
    index: finders,
    files: import.meta.glob('../../../src/core/directions/*.ts', { eager: true }),
    shared: [
      'best-layer',
      'by-layer',
      'contrast-notes',
      'direction',
      'finder',
      'fingerprint',
      'fit',
      'head-fit',
      'held-out',
      'index',
      'neighbours',
      'one-vector',
      'reading',
      'separation',
      'sides-read',
    ],
  },
  steering: {
    index: operators,
    files: import.meta.glob('../../../src/core/steering/*.ts', { eager: true }),
    shared: [
      'beyond',
      'compile',
      'condition',
      'curve',
      'demands',
      'describe',
      'effect',
      'equality',
      'fold',
      'hooks',
      'index',
      'intervention',
      'needs',
      'operator',
      'places',
      'plan',
      'impulse',
      'schedule',
      'stages',
      'strength',
      'unit',
    ],
  },
  measures: {
    index: measures,
    files: import.meta.glob('../../../src/core/measures/*.ts', { eager: true }),
    shared: ['index', 'measure'],
  },
  formats: {
    index: formats,
    files: import.meta.glob('../../../src/core/formats/*.ts', { eager: true }),
    shared: [
      'application',
      'base64',
      'bounds',
      'foreign',
      'foreign-json',
      'format',
      'gguf-container',
      'hostile',
      'index',
      'issues',
      'limits',
      'magnitudes',
      'names',
      'overlap',
      'safetensors-container',
      'safetensors-header',
      'schema',
      'tensor-names',
      'utf8',
    ],
  },
  snippets: {
    index: snippets,
    files: import.meta.glob('../../../src/core/snippets/*.ts', { eager: true }),
    shared: ['stages', 'index', 'python', 'quoting', 'sites', 'snippet', 'whole-text'],
  },
};

describe.each(Object.entries(families))('%s', (_, { index, files, shared }) => {
  const names = Object.keys(files).map((path) => path.replace(/^.*\/|\.ts$/g, ''));

  it('lists every member file in its index, under the name of the file', () => {
    const members = names.filter((name) => !shared.includes(name)).sort();
    expect(index.map((member) => member.name).sort()).toEqual(members);
    for (const [path, exported] of Object.entries(files)) {
      const name = path.replace(/^.*\/|\.ts$/g, '');
      if (shared.includes(name)) continue;
      const member = index.find((candidate) => candidate.name === name)!;
      expect(Object.values(exported as object), path).toContain(member);
    }
  });

  it('has no shared file that is gone, and labels for people', () => {
    for (const name of shared) expect(names).toContain(name);
    for (const member of index) expect(member.label, member.name).toMatch(/^\S/);
  });
});
