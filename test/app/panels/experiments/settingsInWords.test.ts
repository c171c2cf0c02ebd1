import { expect, it } from 'vitest';
import { contentOf } from '../../../../src/app/engine/experiments/sharing.js';
import { differentSettings, textOf } from '../../../../src/app/panels/experiments/settingsInWords.js';
import type { ExperimentDocument } from '../../../../src/core/experiments/index.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';

const content = (change: (document: ExperimentDocument) => void = () => undefined) => {
  const document = validExperiment();
  change(document);
  return contentOf(document);
};

it('of the same experiments nothing differs', () => {
  expect(differentSettings([content(), content()])).toEqual({ different: [], same: 15 });
});

it('says only what differs, in words', () => {
  const other = content((document) => {
    document.sampling.seed = 8;
    document.sampling.temperature = 0;
    document.directions[1]!.enabled = true;
    document.directions[1]!.strength = -2;
    document.directions[1]!.operator = 'add';
    document.made!.device = 'webgpu';
  });
  expect(differentSettings([content(), other]).different).toEqual([
    { label: 'Device', words: ['WASM', 'WebGPU'] },
    { label: 'Temperature', words: ['0.7', '0 (greedy)'] },
    { label: 'Seed', words: ['7', '8'] },
    { label: '“drawn”', words: ['Off.', 'Adds −2 residual norms at layer 2 of generated tokens.'] },
  ]);
});

it('tells texts apart that are as many, and says what is not there', () => {
  const other = content((document) => {
    document.directions[0]!.texts!.positive = ['Else', 'other'];
    document.directions.pop();
    document.directions[0]!.second = null;
    document.directions[0]!.condition = null;
  });
  const { different } = differentSettings([content(), other]);
  expect(different).toContainEqual({ label: '“drawn”', words: ['Off.', null] });
  expect(different).toContainEqual({
    label: '“happy” is found by',
    words: ['Mean difference, 2 + 2 texts', 'Mean difference, 2 + 2 texts (others)'],
  });
});

it('gives the texts as they are read', () => {
  expect(textOf(content(), 'steered')).toBe('so so');
  expect(
    textOf(
      content((document) => (document.outcome = null)),
      'steered',
    ),
  ).toBeNull();
});

it('of older texts says the prompt that is set now, as a conversation where one was sent', () => {
  const older = { ...content(), isOfBoard: false };
  const typed = (prompt: string) => ({ ...older, snapshot: { ...older.snapshot, prompt: { ...older.snapshot.prompt, prompt } } }); // prettier-ignore
  expect(differentSettings([typed('One'), typed('Two')]).different).toEqual([
    { label: 'Prompt', words: ['One', 'Two'] },
  ]);
  const { prompt } = older.snapshot;
  const sent = { messages: [{ role: 'user' as const, content: 'Hello' }] };
  const chatting = { ...prompt, view: 'chat' as const, chat: { ...prompt.chat, sent } };
  const { different } = differentSettings([
    typed('One'),
    { ...older, snapshot: { ...older.snapshot, prompt: chatting } },
  ]);
  expect(different).toEqual([{ label: 'Prompt', words: ['One', 'user: Hello'] }]);
});

it('of texts that are complete says the turns that were read, and not what a template made of them', () => {
  const { outcome, snapshot, ...rest } = content();
  const sent = {
    messages: [{ role: 'system', content: 'Be brief.' } as const, { role: 'user', content: 'Hello' } as const],
  };
  const chatting = { ...snapshot, prompt: { ...snapshot.prompt, view: 'chat' as const, chat: { ...snapshot.prompt.chat, sent } } }; // prettier-ignore
  const prompts = (read: string) => {
    const baseline = { ...outcome!.baseline, pieces: [read, ' so'], promptLength: 1 };
    const made = { ...rest, snapshot: chatting, outcome: { ...outcome!, baseline } };
    return differentSettings([made, content()]).different.find(({ label }) => label === 'Prompt')!.words[0];
  };
  expect(prompts('Be brief.\n\n\nuser Hello\nassistant')).toBe('system: Be brief.\nuser: Hello');
  // A plain text that a model without turns went on from.
  expect(prompts('Once upon a time')).toBe('Once upon a time');
});
