import { describe, expect, it } from 'vitest';
import { failureWords } from '../../../../src/app/panels/measures/sweep/failureWords.js';
import type { SweptSetting } from '../../../../src/app/stores/sweep.js';
import type { ErrorData } from '../../../../src/core/errors.js';
import { baselineSetting, promptSetting, steeredSetting, type Setting } from '../../../../src/core/sweeps/index.js';

const swept = (setting: Setting, cells: readonly string[]): SweptSetting => ({ setting, of: 'a', cells });
const settings = [
  swept(baselineSetting, ['b1', 'b2']),
  swept(promptSetting('instruction for a'), ['i1', 'i2']),
  swept(promptSetting('examples for a'), ['e1', 'e2']),
  swept(steeredSetting('steered', 'a', [1, 1], 0.5), ['s1', 's2']),
];
const tooLong: ErrorData = {
  code: 'input-too-long',
  message: 'The prompt has 190 tokens. Shorten the prompt.',
  fields: { tokens: 190, context: 128 },
};
const overflow: ErrorData = { code: 'overflow', message: 'Lower the strength.', fields: {} };
const words = (failed: Readonly<Record<string, ErrorData>>) =>
  failureWords({ settings, failures: new Map(Object.entries(failed)) });

describe('what a sweep could not write', () => {
  it('is nothing where all was written', () => {
    expect(words({})).toEqual([]);
  });

  it('names examples that make the prompt too long, and says to shorten them, not the prompt', () => {
    expect(words({ e1: tooLong, e2: tooLong })).toEqual([
      '2 texts with the examples in the prompt could not be written: the prompt then has 190 tokens, and the model reads at most 128 with what it writes. Write fewer or shorter examples under “Prompts, seeds, and what it is compared with”.',
    ]);
  });

  it('tells texts of one kind from those of another', () => {
    expect(words({ s2: overflow, i1: tooLong, e1: overflow })).toEqual([
      expect.stringMatching(/^1 text with the instruction in the prompt could not be written: the prompt then has 190/),
      '1 text with the examples in the prompt could not be written: Lower the strength.',
      '1 text could not be written: Lower the strength.',
    ]);
  });
});
