import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useStatus } from '../../stores/status.js';
import { dictionaryChoices } from './dictionaryChoices.js';
import { dictionaryFiles, ImportDictionary } from './ImportDictionary.js';
import { useDictionaries } from './useDictionaries.js';

/** One of the imported dictionaries, by name, and taking in another, which is then the chosen one. */
export function DictionaryField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const { label, value, onChange } = props;
  const dictionaries = useDictionaries();
  const [failed, setFailed] = useState(false);
  const problem = useStatus((state) => state.problems.find(({ about }) => about === 'file'));
  const { known } = dictionaries;
  return (
    <div className="stack" style={{ gap: 6 }}>
      <NativeSelect
        label={label}
        description={known?.length === 0 ? dictionaryFiles : undefined}
        value={value}
        data={[...dictionaryChoices(known, value)]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div className="row">
        <ImportDictionary
          dictionaries={dictionaries}
          onDone={(info) => {
            setFailed(info === null);
            if (info) onChange(info.name);
          }}
        />
      </div>
      {failed && problem && (
        <p role="alert" className="editor-error">
          {problem.error.message}
        </p>
      )}
    </div>
  );
}
