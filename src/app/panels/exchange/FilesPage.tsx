import { Alert, Button, NativeSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formats, type Magnitude } from '../../../core/formats/index.js';
import { Choice } from '../../controls/Choice.js';
import { boardOf, type BoardParts } from '../../engine/board.js';
import { downloadAs, formatNamed, savedWords, specialTokens } from '../../engine/exchange.js';
import { fitFor } from '../../stores/directions.js';
import { changeExchange, useExchange } from '../../stores/exchange.js';
import { RadioRows } from '../models/RadioRows.js';
import { attempted } from '../attempted.js';

const magnitudes: readonly { readonly value: Magnitude; readonly label: string }[] = [
  { value: 'applied', label: 'As applied now' },
  { value: 'natural', label: 'Natural magnitude' },
];
const magnitudeHints: Readonly<Record<Magnitude, string>> = {
  applied: 'Strength × residual norm is in the vectors, at the layers that are steered: their reader adds them once.',
  natural: 'Vectors of all layers as large as they were found: their reader chooses layers and strength.',
};

/** Which directions, in which format; what the file will not say is said before it is made. */
export function FilesPage({ parts }: { readonly parts: BoardParts }) {
  const { directionId, format: name, magnitude } = useExchange();
  const special = useSpecialTokens(parts);
  const fitted = parts.directions.entries.filter((entry) => fitFor(entry, parts.stamp));
  const format = formatNamed(name);
  const options = { magnitude, ...(special && { specialTokens: special }) };
  const board = attempted(() => boardOf(directionId, parts));
  const files = attempted(() => format.write(boardOf(directionId, parts), options));
  // What was saved is said until something else is chosen.
  const choice = JSON.stringify([directionId, name, magnitude]);
  const [saved, setSaved] = useState<{ readonly choice: string; readonly words: string } | null>(null);
  const limits = board.value ? format.limits(board.value, options) : [];
  return (
    <div className="stack">
      <NativeSelect
        label="Directions"
        value={directionId ?? ''}
        onChange={(event) => changeExchange({ directionId: event.currentTarget.value || null })}
        data={[
          {
            value: '',
            label: fitted.length === 1 ? 'The whole board' : `The whole board (${fitted.length} directions)`,
          },
          ...fitted.map(({ id, name }) => ({ value: id, label: name || 'unnamed' })),
        ]}
      />
      <RadioRows
        label="Format"
        value={format.name}
        rows={formats.map((it) => ({ value: it.name, label: it.label, aside: it.extension, remark: it.description }))}
        onChange={(next) => changeExchange({ format: next })}
      />
      {format.magnitudes && (
        <div className="stack">
          <Choice
            label="Size of the vectors"
            value={magnitude}
            options={magnitudes}
            onChange={(next) => changeExchange({ magnitude: next })}
          />
          <p className="quiet" style={{ margin: 0 }}>
            {magnitudeHints[magnitude]}
          </p>
        </div>
      )}
      {limits.length > 0 ? (
        <section aria-label="What the file does not say" className="limits">
          <h3>What the file does not say</h3>
          <ul>
            {limits.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      ) : (
        <p className="quiet" style={{ margin: 0 }}>
          Nothing is left out. Import it here again, or keep it with your work.
        </p>
      )}
      <div className="dialog-footer">
        {files.problem !== null && (
          <Alert color="red" role="alert">
            {files.problem}
          </Alert>
        )}
        <div className="row wrap">
          <span className="quiet" role="status" style={{ flex: '1 1 200px', overflowWrap: 'anywhere' }}>
            {saved?.choice === choice ? saved.words : files.value?.map(({ fileName }) => fileName).join(', ')}
          </span>
          <Button
            disabled={!files.value || !board.value}
            onClick={() => {
              const done = board.value && downloadAs(format, board.value, options);
              setSaved(done && { choice, words: savedWords(done) });
            }}
          >
            Download{files.value && files.value.length > 1 ? ` ${files.value.length} files` : ''}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Null until the model has said them. */
function useSpecialTokens({ stamp, prompt }: BoardParts): readonly number[] | null {
  const [found, setFound] = useState<readonly number[] | null>(null);
  const text = prompt.prompt;
  useEffect(() => {
    let wanted = true;
    void specialTokens(text).then((ids) => wanted && setFound(ids));
    return () => {
      wanted = false;
    };
  }, [stamp, text]);
  return found;
}
