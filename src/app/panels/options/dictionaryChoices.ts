import type { DictionaryInfo } from '../../../protocol/api.js';

/** What a list of dictionaries offers: a chosen one that is not there stays, and says so. */
export function dictionaryChoices(
  known: readonly Pick<DictionaryInfo, 'name'>[] | null,
  chosen: string,
): readonly { readonly value: string; readonly label: string }[] {
  const names = (known ?? []).map(({ name }) => name);
  const gone = chosen !== '' && !names.includes(chosen);
  return [
    { value: '', label: known?.length === 0 ? 'None is imported yet' : 'Choose a dictionary' },
    ...(gone ? [{ value: chosen, label: known ? `${chosen} (not imported here)` : chosen }] : []),
    ...names.map((name) => ({ value: name, label: name })),
  ];
}
