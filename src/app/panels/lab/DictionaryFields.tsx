import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core';
import { TrashIcon } from '../../look/icons.js';
import { fileSize } from '../../look/numbers.js';
import { changeWeights, useLab } from '../../stores/lab.js';
import { dictionaryFiles, ImportDictionary } from '../options/ImportDictionary.js';
import { useDictionaries } from '../options/useDictionaries.js';

/** Imported sparse autoencoders: which one's features are listed, and taking in another. */
export function DictionaryFields() {
  const chosen = useLab((state) => state.weights.dictionary);
  const dictionaries = useDictionaries();
  const known = dictionaries.known ?? [];
  const remove = async (name: string): Promise<void> => {
    await dictionaries.remove(name);
    changeWeights({ dictionary: null });
  };
  const info = known.find(({ name }) => name === chosen);
  return (
    <div className="row wrap">
      {known.length > 0 && (
        <NativeSelect
          size="xs"
          aria-label="Dictionary"
          value={chosen ?? ''}
          onChange={(event) => changeWeights({ dictionary: event.currentTarget.value || null })}
          data={[{ value: '', label: 'No dictionary' }, ...known.map(({ name }) => ({ value: name, label: name }))]}
        />
      )}
      {info && (
        <>
          <span className="quiet">
            {info.features} features of {info.width}, {fileSize(info.bytes)}
            {!info.lasting && ', not stored'}
          </span>
          <Tooltip label="Remove this dictionary">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove dictionary ${info.name}`}
              onClick={() => void remove(info.name)}
            >
              <TrashIcon />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      <ImportDictionary
        dictionaries={dictionaries}
        onDone={(info) => info && changeWeights({ dictionary: info.name })}
      />
      {known.length === 0 && <span className="quiet">{dictionaryFiles}</span>}
    </div>
  );
}
