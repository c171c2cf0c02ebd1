/** The page's own storage: one IndexedDB of keys and values. */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';

const store = createStore('keyval-store', 'keyval');
/** Rejects where the browser has no storage for the page, which it says by throwing. */
export const kept: UseStore = async (mode, use) => store(mode, use);

/** Commits at once: what a page that is being closed leaves to the automatic commit is lost with it. */
export function write(change: (store: IDBObjectStore) => void): Promise<void> {
  return kept('readwrite', (store) => {
    change(store);
    store.transaction.commit();
    return promisifyRequest(store.transaction);
  });
}
