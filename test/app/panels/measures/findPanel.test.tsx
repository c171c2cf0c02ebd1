// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FindPanel } from '../../../../src/app/panels/measures/find/FindPanel.js';
import { changeFind, changeSearch, nothingSearched, useFind } from '../../../../src/app/stores/find.js';
import { useExperiments } from '../../../../src/app/stores/experiments.js';
import { useSession } from '../../../../src/app/stores/session.js';
import { loaded } from '../../engine/fake-fits.js';

const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => {
  vi.unstubAllGlobals();
  useFind.setState(useFind.getInitialState());
  useExperiments.setState(useExperiments.getInitialState());
  useSession.setState(useSession.getInitialState());
});

it('says whose search runs, where it keeps another from being started', async () => {
  useSession.setState({ phase: 'ready', loaded });
  changeFind({ way: 'words', toward: 'happy, glad', away: 'sad' });
  useExperiments.setState({
    list: [{ id: 'one', name: 'Moods', created: 0, changed: 0, model: null, line: '' }],
  });
  const running = { task: 'search', progress: { label: 'first', done: 0, of: 9 }, left: null };
  useFind.setState({ aside: { one: { ...nothingSearched, running } } });
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const panel = (
    <MantineProvider>
      <FindPanel />
    </MantineProvider>
  );
  await act(() => root.render(panel));
  expect(button('Start')!.disabled).toBe(true);
  expect(document.body.textContent).toContain('A search of “Moods” is still running');
  expect(button('Go to “Moods”')).toBeDefined();
  await act(() => changeSearch('search', { running: null }));
  expect(button('Start')!.disabled).toBe(false);
  expect(button('Go to “Moods”')).toBeUndefined();
  await act(() => root.unmount());
});

it('hands the focus on when the search that has it ends, and takes it from nowhere else', async () => {
  useSession.setState({ phase: 'ready', loaded });
  changeFind({ way: 'words', toward: 'happy, glad', away: 'sad' });
  const running = { task: 'search', progress: { label: '1 of 3', done: 3, of: 9 }, left: 20 };
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const panel = (
    <MantineProvider>
      <FindPanel />
    </MantineProvider>
  );
  await act(() => root.render(panel));
  await act(() => useFind.setState({ running }));
  expect(document.body.textContent).toContain('About 20 s left.');
  button('Cancel')!.focus();
  await act(() => changeSearch('search', { running: null }));
  expect(document.activeElement).toBe(button('Start'));
  await act(() => useFind.setState({ running }));
  const elsewhere = document.querySelector('input')!;
  elsewhere.focus();
  await act(() => changeSearch('search', { running: null }));
  expect(document.activeElement).toBe(elsewhere);
  await act(() => root.unmount());
});
