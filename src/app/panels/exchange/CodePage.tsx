import { Alert, Button, NativeSelect } from '@mantine/core';
import { useRef, useState } from 'react';
import { snippets } from '../../../core/snippets/index.js';
import { boardOf, partsWithOnly, snippetInput, switchedOn, type BoardParts } from '../../engine/board.js';
import { downloadAs, formatNamed, savedWords } from '../../engine/exchange.js';
import { fitFor, type DirectionEntry } from '../../stores/directions.js';
import { changeExchange, useExchange } from '../../stores/exchange.js';
import { attempted } from '../attempted.js';

type Copied = 'no' | 'yes' | 'refused';

/** A program that writes the text the page writes, to copy; it loads the vectors from a file beside it. */
export function CodePage({ parts }: { readonly parts: BoardParts }) {
  const { snippet: name, directionId } = useExchange();
  const snippet = snippets.find((it) => it.name === name) ?? snippets[0]!;
  const fitted = parts.directions.entries.filter((entry) => fitFor(entry, parts.stamp));
  const only = fitted.some(({ id }) => id === directionId) ? directionId : null;
  const applied = partsWithOnly(only, parts);
  const code = attempted(() => snippet.write(snippetInput(applied)));
  const program = useRef<HTMLPreElement>(null);
  // What was copied, so that a program that has changed since is to be copied again.
  const [last, setLast] = useState<{ readonly text: string; readonly copied: Copied }>({ text: '', copied: 'no' });
  const [saved, setSaved] = useState<string | null>(null);
  const copied = last.text === code.value ? last.copied : 'no';
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setLast({ text, copied: 'yes' });
    } catch {
      if (program.current) window.getSelection()?.selectAllChildren(program.current);
      program.current?.focus();
      setLast({ text, copied: 'refused' });
    }
  };
  const downloadVectors = (): void => {
    const format = formatNamed(snippet.loads);
    // The one file has all vectors of the board; control vectors are those that are applied, a file each.
    const board = snippet.loads === 'gguf' ? switchedOn(boardOf(null, applied)) : boardOf(null, parts);
    const done = downloadAs(format, board, { magnitude: 'applied' });
    setSaved(done && savedWords(done));
  };
  return (
    <div className="stack">
      <NativeSelect
        label="Directions"
        value={only ?? ''}
        onChange={(event) => changeExchange({ directionId: event.currentTarget.value || null })}
        data={[
          { value: '', label: allOn(fitted) },
          ...fitted.map(({ id, name: called, enabled }) => ({
            value: id,
            label: `${called || 'unnamed'}${enabled ? '' : ' (off on the board)'}`,
          })),
        ]}
      />
      <NativeSelect
        label="For"
        value={snippet.name}
        onChange={(event) => changeExchange({ snippet: event.currentTarget.value })}
        data={snippets.map(({ name: value, label }) => ({ value, label }))}
      />
      {code.problem !== null ? (
        <Alert color="red" role="alert">
          {code.problem}
        </Alert>
      ) : (
        <>
          <div className="row wrap">
            <span className="quiet" style={{ flex: '1 1 220px' }}>
              It loads the vectors from {snippet.loads === 'gguf' ? 'GGUF files' : 'a safetensors file'} beside it.
            </span>
            <Button variant="default" onClick={downloadVectors}>
              Download the vectors
            </Button>
            <Button onClick={() => void copy(code.value ?? '')}>{copied === 'yes' ? 'Copied' : 'Copy'}</Button>
          </div>
          <p className="quiet" role="status" style={{ margin: 0 }}>
            {saved} {copied === 'yes' && 'The code is on the clipboard.'}
            {copied === 'refused' &&
              'The browser did not let the page copy. The code is selected: copy it by the keyboard (Ctrl+C or ⌘C) or its menu.'}
          </p>
          {/* Focusable, so that the keyboard scrolls it. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre ref={program} className="program" role="region" aria-label="Code" tabIndex={0}>
            {code.value}
          </pre>
        </>
      )}
    </div>
  );
}

/** All that are on, by their names. */
function allOn(fitted: readonly DirectionEntry[]): string {
  const names = fitted.filter(({ enabled }) => enabled).map(({ name }) => name || 'unnamed');
  return names.length === 0 ? 'All that are on (none)' : `All that are on: ${names.join(', ')}`;
}
