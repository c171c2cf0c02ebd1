import { Button, FileButton } from '@mantine/core';
import type { DictionaryInfo } from '../../../protocol/api.js';
import type { Dictionaries } from './useDictionaries.js';

/** Takes in the decoder of a sparse autoencoder. */
export function ImportDictionary(props: {
  readonly dictionaries: Dictionaries;
  /** Null, with the reason reported, when it could not be. */
  readonly onDone: (info: DictionaryInfo | null) => void;
}) {
  const { dictionaries, onDone } = props;
  return (
    <FileButton accept=".safetensors,.npz,.npy" onChange={(file) => file && void dictionaries.take(file).then(onDone)}>
      {(button) => (
        <Button {...button} size="compact-sm" variant="default" loading={dictionaries.importing}>
          Import a dictionary
        </Button>
      )}
    </FileButton>
  );
}

/** What can be imported. */
export const dictionaryFiles = 'The decoder of a sparse autoencoder: safetensors or .npz with W_dec.';
