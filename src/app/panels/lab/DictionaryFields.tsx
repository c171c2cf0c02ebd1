import { ActionIcon, Button, FileButton, NativeSelect, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DictionaryInfo } from '../../../protocol/api.js';
import { importDictionary, listDictionaries, removeDictionary } from '../../engine/weights.js';
import { TrashIcon } from '../../look/icons.js';
import { fileSize } from '../../look/numbers.js';
import { changeWeights, useLab } from '../../stores/lab.js';
import { useSession } from '../../stores/session.js';

/** Imported sparse autoencoders: which one's features are listed, and taking in another. */
export function DictionaryFields() {
  const chosen = useLab((state) => state.weights.dictionary);
  const epoch = useSession((state) => state.epoch);
  const [known, setKnown] = useState<readonly DictionaryInfo[]>([]);
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
  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    setImporting(true);
    const info = await importDictionary(file);
    setImporting(false);
    if (!info) return;
    setKnown(await listDictionaries());
    changeWeights({ dictionary: info.name });
  };
  const remove = async (name: string): Promise<void> => {
    await removeDictionary(name);
    setKnown(await listDictionaries());
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
      <FileButton accept=".safetensors,.npz,.npy" onChange={(file) => void take(file)}>
        {(props) => (
          <Button {...props} size="compact-sm" variant="default" loading={importing}>
            Import a dictionary
          </Button>
        )}
      </FileButton>
      {known.length === 0 && (
        <span className="quiet">The decoder of a sparse autoencoder: safetensors or .npz with W_dec.</span>
      )}
    </div>
  );
}
