import { useEffect, useState } from 'react';
import type { DictionaryInfo } from '../../../protocol/api.js';
import { importDictionary, listDictionaries, removeDictionary } from '../../engine/weights.js';
import { useSession } from '../../stores/session.js';

/** The imported dictionaries as the worker has them, and what changes them. */
export interface Dictionaries {
  /** Null until the worker has said them. */
  readonly known: readonly DictionaryInfo[] | null;
  readonly importing: boolean;
  /** The one that was imported; null, with the reason reported, when the file cannot be. */
  readonly take: (file: File) => Promise<DictionaryInfo | null>;
  readonly remove: (name: string) => Promise<void>;
}

export function useDictionaries(): Dictionaries {
  const epoch = useSession((state) => state.epoch);
  const [known, setKnown] = useState<readonly DictionaryInfo[] | null>(null);
  const [importing, setImporting] = useState(false);
  useEffect(() => {
    let current = true;
    listDictionaries().then(
      (list) => current && setKnown(list),
      // A worker that has gone is reported where it matters.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [epoch]);
  const take = async (file: File): Promise<DictionaryInfo | null> => {
    setImporting(true);
    const info = await importDictionary(file);
    setImporting(false);
    if (info) setKnown(await listDictionaries());
    return info;
  };
  const remove = async (name: string): Promise<void> => {
    await removeDictionary(name);
    setKnown(await listDictionaries());
  };
  return { known, importing, take, remove };
}
