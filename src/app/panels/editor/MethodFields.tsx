import { NativeSelect } from '@mantine/core';
import { finders, type FinderNeeds } from '../../../core/directions/index.js';
import type { HookName } from '../../../core/onnx/hooks.js';
import { changeDraft, useEditor, type Draft } from '../../stores/editor.js';
import { OptionField } from '../options/OptionField.js';
import { finderOf, kindWords, methodProblem, optionsOf } from '../drafts.js';

/** The methods by what they need, in this order. What is drawn by hand is no choice here. */
const groups: readonly { readonly needs: FinderNeeds; readonly label: string }[] = [
  { needs: 'texts', label: 'From contrast texts' },
  { needs: 'heads', label: 'From contrast texts, in attention’s heads' },
  { needs: 'weights', label: 'From the model’s weights' },
  { needs: 'dictionary', label: 'From an imported dictionary' },
  { needs: 'nothing', label: 'From nothing' },
];

/** How the direction is found: the method, what it does, and its options. */
export function MethodFields({ draft }: { readonly draft: Draft }) {
  const finder = finderOf(draft.method);
  const options = finder ? optionsOf(finder, draft.methodOptions) : {};
  const chosen = finder && finder.needs !== 'drawing' ? finder.name : '';
  return (
    <>
      <NativeSelect
        label="Method"
        description={finder?.description}
        value={chosen}
        onChange={(event) => chooseMethod(event.currentTarget.value)}
      >
        {chosen === '' && <option value="">Choose a method</option>}
        {groups.map(({ needs, label }) => (
          <MethodGroup key={needs} needs={needs} label={label} draft={draft} />
        ))}
      </NativeSelect>
      {finder && finder.options.length > 0 && (
        <div className="editor-columns">
          {finder.options.map((option) => (
            <OptionField
              key={option.name}
              option={option}
              value={options[option.name]!}
              onChange={(value) => changeDraft({ methodOptions: { ...draft.methodOptions, [option.name]: value } })}
            />
          ))}
        </div>
      )}
    </>
  );
}

function MethodGroup(props: { readonly needs: FinderNeeds; readonly label: string; readonly draft: Draft }) {
  const { needs, label, draft } = props;
  const members = finders.filter((finder) => finder.needs === needs);
  if (members.length === 0) return null;
  return (
    <optgroup label={label}>
      {members.map((finder) => (
        <option key={finder.name} value={finder.name}>
          {finder.label}
          {methodProblem(finder, draft.kind) !== null && ` (not with ${kindWords[draft.kind]})`}
        </option>
      ))}
    </optgroup>
  );
}

/** A method begins where its source reads, unless the user chose another place; heads have one place only. */
function chooseMethod(method: string): void {
  const { draft } = useEditor.getState();
  const usual = (name: string): HookName => finderOf(name)?.hook ?? 'resid_post';
  const isFixed = finderOf(method)?.needs === 'heads';
  changeDraft({ method, hook: isFixed || draft.hook === usual(draft.method) ? usual(method) : draft.hook });
}
