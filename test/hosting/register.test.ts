// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registerServiceWorker } from '../../src/hosting/register.js';

/** A page that the build before is in control of, while a newer one waits and answers as a test says. */
function pageWithWaitingBuild(takesOver: boolean) {
  const container = Object.assign(new EventTarget(), {
    controller: {} as object,
    register: () => Promise.resolve(registration),
    getRegistration: () => Promise.resolve(registration),
  });
  const questions: unknown[] = [];
  const waiting = {
    postMessage(question: unknown, [port]: readonly MessagePort[]) {
      questions.push(question);
      port!.postMessage(takesOver);
    },
  };
  const registration = { waiting };
  vi.stubGlobal('navigator', { serviceWorker: container });
  const takeOver = (): void => {
    container.controller = waiting;
    container.dispatchEvent(new Event('controllerchange'));
  };
  return { questions, takeOver };
}

const reload = vi.fn();

beforeEach(() => {
  vi.stubEnv('PROD', true);
  vi.useFakeTimers();
  Object.assign(window, { isSecureContext: true, crossOriginIsolated: true });
  vi.spyOn(window.location, 'reload').mockImplementation(reload);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  reload.mockClear();
});

test('a waiting build that takes over late is still waited for, and the page reloads once', async () => {
  const { questions, takeOver } = pageWithWaitingBuild(true);
  const state = registerServiceWorker();
  await vi.waitFor(() => expect(questions).toEqual(['take-over-when-alone']));
  await vi.advanceTimersByTimeAsync(3000);
  expect(reload).not.toHaveBeenCalled();
  takeOver();
  expect(await state).toBe('reloading');
  expect(reload).toHaveBeenCalledOnce();
});

test('beside other pages the old build goes on at once', async () => {
  pageWithWaitingBuild(false);
  expect(await registerServiceWorker()).toBe('ready');
  expect(reload).not.toHaveBeenCalled();
});
