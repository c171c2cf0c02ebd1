// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SweepPanel } from '../../../../src/app/panels/measures/sweep/SweepPanel.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { useSweep, type SweepRun } from '../../../../src/app/stores/sweep.js';

const choice = { effect: 'score', layer: 1, words: [], away: [] } as const;
const runOf = (name: string): SweepRun => ({
  id: name,
  weights: { revision: null, dtype: 'fp32', device: 'wasm' },
  context: { model: '1', directions: name, prompts: '', sampling: '', effect: '', wordings: '' },
  model: 'tales',
  directions: [{ id: name, name, opposite: '', colour: 0, operator: 'add', choice }],
  prompts: [],
  seeds: [],
  sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 4 },
  settings: [],
  task: null,
  texts: new Map(),
  points: new Map(),
  failures: new Map(),
  progress: null,
  error: null,
});
function show(id: string, run: SweepRun): void {
  const summary = { id, name: id, created: 0, changed: 0, model: null, line: '' };
  useExperiments.setState({ current: summary });
  useSweep.setState({ run });
}
const chosen = (): string | undefined => document.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value;

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => {
  vi.unstubAllGlobals();
  useSweep.setState(useSweep.getInitialState());
  useExperiments.setState(useExperiments.getInitialState());
});

it('what was chosen to see of one experiment’s sweep is not chosen for another’s', async () => {
  show('one', runOf('happy'));
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const panel = (
    <MantineProvider>
      <SweepPanel />
    </MantineProvider>
  );
  await act(() => root.render(panel));
  await act(() => document.querySelector<HTMLInputElement>('input[value=less]')!.click());
  expect(chosen()).toBe('less');
  await act(() => show('two', runOf('formal')));
  expect(chosen()).toBe('more');
  await act(() => root.unmount());
});

it('a sweep that comes with another experiment takes no focus', async () => {
  show('one', runOf('happy'));
  const field = document.body.appendChild(document.createElement('input'));
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const panel = (
    <MantineProvider>
      <SweepPanel />
    </MantineProvider>
  );
  await act(() => root.render(panel));
  field.focus();
  await act(() => show('two', { ...runOf('formal'), task: 'running' }));
  expect(document.querySelector('[role=progressbar]')).not.toBeNull();
  expect(document.activeElement).toBe(field);
  await act(() => root.unmount());
  field.remove();
});
