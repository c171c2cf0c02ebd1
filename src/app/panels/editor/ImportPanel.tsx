import { Button, FileButton, NativeSelect, Switch, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { readTexts, suggestReading, type TableReading, type TextsRead } from '../../../core/texts/importing.js';
import { sideOf } from '../../../core/texts/lines.js';
import { openTextFile } from '../../engine/incoming.js';
import { shapeOf, tableOf, type TextShape } from '../../engine/textFiles.js';
import { replaceDraft, showFilling, showIncoming, useEditor, type Incoming } from '../../stores/editor.js';
import { attempted } from '../attempted.js';
import { ReadingFields } from './ReadingFields.js';
import { TextsToTake } from './TextsToTake.js';

const shapes: readonly { readonly value: TextShape; readonly label: string }[] = [
  { value: 'table', label: 'a table (CSV, TSV)' },
  { value: 'lines', label: 'one text a line' },
  { value: 'json', label: 'JSON' },
  { value: 'json-lines', label: 'JSON lines' },
];

/** Texts of a file or of the clipboard: where they come from, and what is in them before it is used. */
export function ImportPanel() {
  const { incoming, incomingError } = useEditor();
  return (
    <section className="editor-filling stack" aria-label="File or clipboard">
      {incoming?.name ? (
        <div className="row">
          <span className="clip">
            <b>{incoming.name}</b>
          </span>
          <Button size="compact-xs" variant="default" onClick={() => showIncoming(null)}>
            Remove
          </Button>
        </div>
      ) : (
        <Textarea
          label="Paste CSV, TSV, JSON or a list of texts"
          description="Or drop a file anywhere"
          minRows={3}
          maxRows={8}
          autosize
          spellCheck={false}
          value={incoming?.text ?? ''}
          onChange={(event) => {
            const text = event.currentTarget.value;
            showIncoming(text === '' ? null : { name: null, text });
          }}
        />
      )}
      <div className="row">
        <FileButton
          accept=".csv,.tsv,.tab,.json,.jsonl,.ndjson,.txt"
          inputProps={{ 'aria-label': 'File of texts' }}
          onChange={(file) => file && void openTextFile(file)}
        >
          {(button) => (
            <Button size="compact-sm" variant="default" {...button}>
              Choose a file…
            </Button>
          )}
        </FileButton>
      </div>
      {incomingError && (
        <p role="alert" className="editor-error">
          {incomingError.message}
        </p>
      )}
      {incoming ? (
        <IncomingTexts key={incoming.name ?? 'pasted'} incoming={incoming} />
      ) : (
        <p className="quiet" style={{ margin: 0 }}>
          Known are tables with columns such as positive and negative, or text and label; plain lists; and JSON lists of
          texts, of pairs, or of objects with such fields.
        </p>
      )}
    </section>
  );
}

const noTexts: TextsRead = { kind: 'pairs', positive: [], negative: [], notes: [] };

/** How what came in is taken apart, and what comes of it. What the user chose stays while the text is changed. */
function IncomingTexts({ incoming }: { readonly incoming: Incoming }) {
  const [shape, setShape] = useState<TextShape | null>(null);
  const [named, setNamed] = useState<boolean | null>(null);
  const [chosen, setChosen] = useState<{ readonly columns: string; readonly reading: TableReading } | null>(null);
  const { name, text } = incoming;
  const guessed = useMemo(() => shapeOf(text, name), [text, name]);
  const shapeNow = shape ?? guessed;
  const table = useMemo(() => attempted(() => tableOf(text, shapeNow, named)), [text, shapeNow, named]);
  const columns = table.value?.columns.join('\n') ?? '';
  const reading = useMemo(() => {
    if (chosen?.columns === columns) return chosen.reading;
    return table.value && suggestReading(table.value);
  }, [chosen, columns, table]);
  const texts = useMemo(() => (table.value && reading ? readTexts(table.value, reading) : noTexts), [table, reading]);
  const take = (): void => {
    const { kind, positive, negative } = texts;
    replaceDraft(
      {
        kind,
        ...(positive.length > 0 && { positive: sideOf(positive) }),
        ...(negative.length > 0 && { negative: sideOf(negative) }),
      },
      `${name ?? 'What was pasted'} took the place of the texts.`,
    );
  };
  return (
    <>
      <div className="editor-columns">
        <NativeSelect
          label="Read as"
          data={[...shapes]}
          value={shapeNow}
          onChange={(event) => setShape(event.currentTarget.value as TextShape)}
        />
        {shapeNow === 'table' && table.value && (
          <Switch
            style={{ alignSelf: 'end' }}
            label="The first line names the columns"
            checked={table.value.named}
            onChange={(event) => setNamed(event.currentTarget.checked)}
          />
        )}
      </div>
      {table.value && reading && (
        <ReadingFields table={table.value} value={reading} onChange={(next) => setChosen({ columns, reading: next })} />
      )}
      <TextsToTake
        {...texts}
        pairs={texts.kind === 'pairs'}
        problem={table.problem}
        onTake={take}
        onClose={() => showFilling(null)}
      />
    </>
  );
}
