import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { isPaired } from '../../../core/directions/direction.js';
import { sideOf } from '../../../core/texts/lines.js';
import { expandTemplate, parseTemplate } from '../../../core/texts/template.js';
import { changeTemplate, replaceDraft, showFilling, type Draft, type TemplateDraft } from '../../stores/editor.js';
import { exampleTemplate, templateOf } from '../drafts.js';
import { TextsToTake } from './TextsToTake.js';

/** Most pairs that a template makes. */
const most = 1000;

/** Pairs from one sentence: its slots, their lists, and the pairs that come of them. */
export function TemplatePanel({ draft }: { readonly draft: Draft }) {
  const template = draft.template.sentence === '' ? exampleTemplate : draft.template;
  const slots = useMemo(() => parseTemplate(template.sentence).slots, [template.sentence]);
  const made = useMemo(() => expandTemplate(templateOf(template), most), [template]);
  const change = (part: Partial<TemplateDraft>): void => changeTemplate({ ...template, ...part });
  const differing = slots.includes(template.contrast) ? template.contrast : '';
  const take = (): void => {
    const { positive, negative } = made;
    replaceDraft(
      {
        kind: isPaired(draft.kind) ? draft.kind : 'pairs',
        positive: sideOf(positive),
        negative: sideOf(negative),
        template,
      },
      `${positive.length} pairs of the template took the place of the texts.`,
    );
  };
  return (
    <section className="editor-filling stack" aria-label="Template">
      <TextInput
        label="Sentence with slots"
        description="{name} is filled from a list; {happy|sad} differs between the sides"
        spellCheck={false}
        maxLength={2000}
        value={template.sentence}
        // Enter would fit what is not used yet.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        onChange={(event) => change({ sentence: event.currentTarget.value })}
      />
      {slots.length > 0 && (
        <NativeSelect
          label="Slot that differs between the sides"
          data={[{ value: '', label: 'only {…|…}' }, ...slots.map((slot) => ({ value: slot, label: `{${slot}}` }))]}
          value={differing}
          onChange={(event) => change({ contrast: event.currentTarget.value })}
        />
      )}
      <div className="editor-columns">
        {slots.map((slot) =>
          slot === differing ? (
            <Values
              key={slot}
              label={`{${slot}} on the positive side`}
              value={template.positive}
              onChange={(positive) => change({ positive })}
            />
          ) : (
            <Values
              key={slot}
              label={`{${slot}}`}
              value={template.values[slot] ?? ''}
              onChange={(list) => change({ values: { ...template.values, [slot]: list } })}
            />
          ),
        )}
        {differing !== '' && (
          <Values
            label={`{${differing}} on the negative side`}
            value={template.negative}
            onChange={(negative) => change({ negative })}
          />
        )}
      </div>
      <TextsToTake
        {...made}
        pairs
        notes={
          made.total > made.positive.length
            ? [
                `The lists make ${made.total.toLocaleString('en')} pairs; ${made.positive.length} of them from all over are taken.`,
              ]
            : []
        }
        onTake={take}
        onClose={() => showFilling(null)}
      />
    </section>
  );
}

function Values(props: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  const { label, value, onChange } = props;
  return (
    <Textarea
      label={label}
      description="one value a line"
      autosize
      minRows={3}
      maxRows={8}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
