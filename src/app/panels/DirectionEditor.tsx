import { Button, Modal, NativeSelect, Progress, Textarea, TextInput } from '@mantine/core';
import { isCancelled, toErrorData } from '../../core/errors.js';
import { isChatKind } from '../../core/chat/contrast.js';
import type { ContrastKind, ContrastTexts } from '../../core/directions/direction.js';
import { finders, takesTexts } from '../../core/directions/index.js';
import { hookNames, type HookName } from '../../core/onnx/hooks.js';
import { Choice } from '../controls/Choice.js';
import { cancelTask } from '../engine/connection.js';
import { freeEntry } from '../engine/entries.js';
import { acceptFit, fitDirection } from '../engine/fitting.js';
import { addDirection, changeDirection, useDirections } from '../stores/directions.js';
import { happySadPersonas } from '../presets/chat.js';
import { changeDraft, closeEditor, emptyDraft, useEditor, type Draft } from '../stores/editor.js';
import { useSession } from '../stores/session.js';
import { clearProblem, useStatus } from '../stores/status.js';
import { draftProblem, textsOf, withKind } from './drafts.js';

const plainKinds: readonly { readonly value: ContrastKind; readonly label: string }[] = [
  { value: 'pairs', label: 'Pairs' },
  { value: 'lists', label: 'Two lists' },
  { value: 'prompts', label: 'Two prompts' },
];
const chatKinds: typeof plainKinds = [
  { value: 'personas', label: 'Personas' },
  { value: 'systems', label: 'System prompts' },
];
const lastToken = 'The residual is read at each text’s last token, so end the texts where they differ.';
const beforeReply = 'The residual is read where the assistant begins to answer.';
const hints: Readonly<Record<ContrastKind, string>> = {
  pairs: 'One text a line; line n of one side belongs to line n of the other.',
  lists: 'One text a line; the sides may differ in length.',
  prompts: 'One whole text on each side.',
  systems: 'One system prompt a line; each is asked every question. Line n of one side belongs to line n of the other.',
  personas:
    'One persona a line: “an extremely happy person” becomes the system prompt “You are an extremely happy person.”, and each is asked every question. Line n of one side belongs to line n of the other. Choose “System prompts” to change the sentence.',
};
const hookLabels: Readonly<Record<HookName, string>> = {
  resid_pre: 'what the block reads',
  resid_mid: 'between attention and MLP',
  resid_post: 'the block’s output',
  attn_out: 'what attention adds',
  mlp_out: 'what the MLP adds',
};
/** What the sides hold, and an example of a line on each. */
const sides: Readonly<Record<ContrastKind, readonly [noun: string, positive: string, negative: string]>> = {
  pairs: ['text', 'Lily was very happy.', 'Lily was very sad.'],
  lists: ['text', 'Lily was very happy.', 'Lily was very sad.'],
  prompts: ['text', 'Lily was very happy.', 'Lily was very sad.'],
  systems: ['system prompt', 'You are happy about everything.', 'You are sad about everything.'],
  personas: ['persona', 'an extremely happy person', 'an extremely sad person'],
};

export function DirectionEditor() {
  const { open, draft, error, fitting } = useEditor();
  const entries = useDirections((state) => state.entries);
  const ready = useSession((state) => state.phase === 'ready');
  const hooks = useSession((state) => state.loaded?.hooks.hooks);
  const chatModel = useSession((state) => state.loaded?.chat ?? false);
  const task = useStatus((state) => state.tasks.at(-1));
  const editing = entries.find((entry) => entry.id === draft.directionId);
  const methods = finders.filter((finder) => takesTexts(finder, draft.kind));
  const method = methods.find((finder) => finder.name === draft.method) ?? methods[0];
  const aboutChat = isChatKind(draft.kind);
  // A draft of a chat model's stays what it is when another model is opened.
  const kinds = chatModel || aboutChat ? [...chatKinds, ...plainKinds] : plainKinds;
  const problem =
    draftProblem(draft) ??
    (aboutChat && !chatModel && ready ? 'This model knows no turns: choose pairs or lists.' : null);
  const texts = textsOf(draft);
  const [noun, positiveExample, negativeExample] = sides[draft.kind];
  const empty = draft.positive.trim() === '' && draft.negative.trim() === '';
  const count = (side: readonly string[]): string =>
    draft.kind === 'prompts' ? 'one text' : `${side.length} ${noun}${side.length === 1 ? '' : 's'}`;
  const progress = task?.progress;
  return (
    <Modal
      opened={open}
      onClose={closeEditor}
      size={760}
      title={editing ? `Contrast texts of ${editing.name || 'unnamed'}` : 'New direction'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void fit();
        }}
      >
        <div className="editor-columns">
          <TextInput
            label="Name"
            placeholder="happy"
            maxLength={80}
            value={draft.name}
            onChange={(event) => changeDraft({ name: event.currentTarget.value })}
          />
          <TextInput
            label="Opposite"
            placeholder="sad (optional)"
            maxLength={80}
            value={draft.opposite}
            onChange={(event) => changeDraft({ opposite: event.currentTarget.value })}
          />
        </div>
        <Choice
          label="Kind of contrast texts"
          value={draft.kind}
          options={kinds}
          onChange={(kind) => changeDraft(withKind(draft, kind))}
        />
        <p className="quiet" style={{ margin: 0 }}>
          {hints[draft.kind]} {aboutChat ? beforeReply : lastToken}
        </p>
        {aboutChat && empty && (
          <div>
            <Button size="compact-sm" variant="default" onClick={() => changeDraft(exampleDraft(draft))}>
              Start from an example: happy ↔ sad
            </Button>
          </div>
        )}
        <div className="editor-columns">
          <Textarea
            label={`Positive ${noun}s`}
            description={count(texts.positive)}
            placeholder={positiveExample}
            autosize
            minRows={aboutChat ? 4 : 8}
            maxRows={14}
            value={draft.positive}
            onChange={(event) => changeDraft({ positive: event.currentTarget.value })}
          />
          <Textarea
            label={`Negative ${noun}s`}
            description={count(texts.negative)}
            placeholder={negativeExample}
            autosize
            minRows={aboutChat ? 4 : 8}
            maxRows={14}
            value={draft.negative}
            onChange={(event) => changeDraft({ negative: event.currentTarget.value })}
          />
        </div>
        {aboutChat && (
          <Textarea
            label="Questions"
            description={`${conversations(texts)} conversations are read`}
            placeholder="What did you do this morning?"
            autosize
            minRows={4}
            maxRows={10}
            value={draft.questions}
            onChange={(event) => changeDraft({ questions: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          label="Method"
          description={method?.description}
          data={methods.map(({ name, label }) => ({ value: name, label }))}
          value={method?.name ?? ''}
          onChange={(event) => changeDraft({ method: event.currentTarget.value })}
        />
        <NativeSelect
          label="Read and written at"
          description={
            draft.hook === 'resid_post'
              ? undefined
              : 'The plots of alignment read the block’s output all the same. The first use opens the model again.'
          }
          data={hookNames
            .filter((hook) => hook === draft.hook || (hooks ?? ['resid_post']).includes(hook))
            .map((hook) => ({ value: hook, label: `${hookLabels[hook]} (${hook})` }))}
          value={draft.hook}
          onChange={(event) => changeDraft({ hook: event.currentTarget.value as HookName })}
        />
        {error && (
          <p role="alert" className="editor-error">
            {error.message}
          </p>
        )}
        {fitting && (
          <div className="row">
            <span className="quiet">{progress?.label ?? 'Reading the texts…'}</span>
            <Progress
              style={{ flex: 1 }}
              aria-label="Fitting"
              size="sm"
              animated={!progress?.total}
              value={progress?.total ? (100 * progress.done) / progress.total : 100}
            />
          </div>
        )}
        <div className="row wrap">
          <span className="quiet" style={{ flex: '1 1 200px' }}>
            {problem ?? (ready ? '' : 'The model is not ready yet.')}
          </span>
          {fitting ? (
            <Button variant="default" onClick={() => task && cancelTask(task.id)}>
              Cancel
            </Button>
          ) : (
            <Button type="submit" disabled={problem !== null || !ready}>
              {editing ? 'Fit again' : 'Fit'}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}

function conversations({ positive, negative, questions = [] }: ContrastTexts): number {
  return (positive.length + negative.length) * questions.length;
}

/** The example in the chosen kind's words; a name that was typed stays. */
function exampleDraft({ kind, name, opposite }: Draft): Partial<Draft> {
  const { texts, ...example } = happySadPersonas;
  const draft: Draft = {
    ...emptyDraft,
    kind: 'personas',
    name: name || example.name,
    opposite: opposite || example.opposite,
    positive: texts.positive.join('\n'),
    negative: texts.negative.join('\n'),
    questions: texts.questions.join('\n'),
  };
  const { name: named, opposite: other, questions, positive, negative } = { ...draft, ...withKind(draft, kind) };
  return { name: named, opposite: other, questions, positive, negative };
}

/** Fits the draft; what fails is said in the editor and the texts stay as they are. */
async function fit(): Promise<void> {
  const { draft, fitting } = useEditor.getState();
  if (fitting || draftProblem(draft)) return;
  const method = finders.find((finder) => finder.name === draft.method && takesTexts(finder, draft.kind)) ?? finders[0];
  if (!method) return;
  const texts = textsOf(draft);
  useEditor.setState({ fitting: true, error: null });
  try {
    const how = { texts, method: method.name, hook: draft.hook };
    const direction = await fitDirection(draft.name, how);
    const about = { name: draft.name.trim(), opposite: draft.opposite.trim(), ...how };
    const { entries } = useDirections.getState();
    let id = draft.directionId;
    if (id !== null && entries.some((entry) => entry.id === id)) {
      // Fits on other models were made from the old texts.
      changeDirection(id, { ...about, fits: [] });
    } else {
      const entry = freeEntry({ ...about, name: about.name || `direction ${entries.length + 1}` });
      id = entry.id;
      addDirection(entry);
    }
    acceptFit(id, direction);
    clearProblem('fit');
    useEditor.setState({ open: false, draft: emptyDraft });
  } catch (error) {
    if (!isCancelled(error)) useEditor.setState({ error: toErrorData(error) });
  } finally {
    useEditor.setState({ fitting: false });
  }
}
