// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest';
import { letEscapeClose } from '../../../src/app/controls/escapeCloses.js';

let stop = (): void => undefined;
const open = (): string | null => button().getAttribute('aria-expanded');
const button = (): HTMLElement => document.querySelector('button')!;
const press = (at: Element, key = 'Escape'): boolean =>
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  document.body.innerHTML =
    '<button aria-haspopup="dialog" aria-controls="panel" aria-expanded="true">Sampling</button><div id="panel"><input></div><input id="other">';
  button().addEventListener('click', () => button().setAttribute('aria-expanded', String(open() !== 'true')));
  stop = letEscapeClose(document);
});
afterEach(() => stop());

it('closes what a button opened while the focus is on the button, once', () => {
  press(button(), 'a');
  expect(open()).toBe('true');
  press(button());
  expect(open()).toBe('false');
  press(button());
  expect(open()).toBe('false');
});

it('keeps the focus that was on its way into what closes', () => {
  button().focus();
  press(button());
  document.querySelector<HTMLElement>('#panel input')!.focus();
  expect(document.activeElement).toBe(button());
});

it('leaves other things alone: a key elsewhere, a list of choices, what someone else has dealt with', () => {
  press(document.querySelector('#other')!);
  expect(open()).toBe('true');
  button().addEventListener('keydown', (event) => event.preventDefault(), { once: true });
  press(button());
  expect(open()).toBe('true');
  button().setAttribute('aria-haspopup', 'listbox');
  press(button());
  expect(open()).toBe('true');
});
