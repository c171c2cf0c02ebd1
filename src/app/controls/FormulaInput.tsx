import { Combobox, Textarea, useCombobox } from '@mantine/core';
import { useRef, useState } from 'react';

/** The word before the cursor: what is being typed, with a quote that is open. */
const wordBefore = /(?:"[^"]*|[\p{L}_$][\p{L}\p{N}_$]*)$/u;

export interface Completion {
  /** What is put into the formula. */
  readonly insert: string;
  /** What is matched against what was typed, and shown. */
  readonly label: string;
  readonly hint?: string;
}

/** A formula with completion of names and functions. */
export function FormulaInput(props: {
  readonly label: string;
  readonly value: string;
  readonly completions: readonly Completion[];
  readonly error: string | null;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
  /** When Enter is pressed; Shift+Enter is a line break. */
  readonly onEnter?: () => void;
}) {
  const { label, value, completions, error, placeholder, onChange, onEnter } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [cursor, setCursor] = useState(value.length);
  const typed = wordBefore.exec(value.slice(0, cursor))?.[0] ?? '';
  const sought = typed.replace(/^"/, '').toLowerCase();
  const matching = completions.filter((it) => it.label.toLowerCase().startsWith(sought) && it.insert !== typed);
  const complete = (insert: string): void => {
    const start = cursor - typed.length;
    onChange(value.slice(0, start) + insert + value.slice(cursor));
    combobox.closeDropdown();
    const at = start + insert.length;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };
  return (
    <Combobox store={combobox} onOptionSubmit={complete} position="top-start" withinPortal>
      <Combobox.Target>
        <Textarea
          ref={field}
          label={label}
          value={value}
          error={error}
          {...(placeholder !== undefined && { placeholder })}
          autosize
          minRows={1}
          maxRows={5}
          spellCheck={false}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !onEnter) return;
            // A completion that is marked is what Enter takes.
            if (combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0) return;
            event.preventDefault();
            onEnter();
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            setCursor(event.currentTarget.selectionStart);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={typed === '' || matching.length === 0}>
        <Combobox.Options mah={220} style={{ overflowY: 'auto' }}>
          {matching.slice(0, 30).map((it) => (
            <Combobox.Option key={it.insert} value={it.insert}>
              {it.label} {it.hint && <span className="quiet">{it.hint}</span>}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
