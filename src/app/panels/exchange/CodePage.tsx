import { Alert, Button, NativeSelect } from '@mantine/core';
import { useRef, useState } from 'react';
import { snippets } from '../../../core/snippets/index.js';
import { boardOf, snippetInput, switchedOn, type BoardParts } from '../../engine/board.js';
import { downloadAs, formatNamed } from '../../engine/exchange.js';
import { changeExchange, useExchange } from '../../stores/exchange.js';
import { attempted } from '../attempted.js';

type Copied = 'no' | 'yes' | 'refused';

/** A program that writes the text the page writes, to copy; it loads the vectors from a file beside it. */
export function CodePage({ parts }: { readonly parts: BoardParts }) {
  const { snippet: name } = useExchange();
  const snippet = snippets.find((it) => it.name === name) ?? snippets[0]!;
  const code = attempted(() => snippet.write(snippetInput(parts)));
  const program = useRef<HTMLPreElement>(null);
  // What was copied, so that a program that has changed since is to be copied again.
  const [last, setLast] = useState<{ readonly text: string; readonly copied: Copied }>({ text: '', copied: 'no' });
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
    const board = boardOf(null, parts);
    downloadAs(format, snippet.loads === 'gguf' ? switchedOn(board) : board, { magnitude: 'applied' });
  };
  return (
    <div className="stack">
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
            {copied === 'yes' && 'The code is on the clipboard.'}
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
