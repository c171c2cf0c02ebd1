/** A page with nothing but the worker, for tests that speak to the engine without the app. */
import { connect, type Remote } from '../../src/protocol/port.js';

declare global {
  interface Window {
    engine: Remote;
    /** A fresh worker, for tests that break one. */
    startEngine: () => Remote;
  }
}

window.startEngine = () => {
  const worker = new Worker(new URL('../../src/worker/main.ts', import.meta.url), { type: 'module' });
  return connect(worker, new URL('/', document.baseURI).href);
};
window.engine = window.startEngine();
