import { Button, Modal, NativeSelect, Progress, Textarea, TextInput } from '@mantine/core';
import { isCancelled, toErrorData } from '../../core/errors.js';
import type { ContrastKind } from '../../core/directions/direction.js';
import { finders } from '../../core/directions/index.js';
import { Choice } from '../controls/Choice.js';
import { cancelTask } from '../engine/connection.js';
import { freeEntry } from '../engine/entries.js';
import { acceptFit, fitDirection } from '../engine/fitting.js';
import { addDirection, changeDirection, useDirections } from '../stores/directions.js';
import { changeDraft, closeEditor, emptyDraft, useEditor } from '../stores/editor.js';
import { useSession } from '../stores/session.js';
import { clearProblem, useStatus } from '../stores/status.js';
import { draftProblem, textsOf } from './drafts.js';

const kinds: readonly { readonly value: ContrastKind; readonly label: string }[] = [
  { value: 'pairs', label: 'Pairs' },
  { value: 'lists', label: 'Two lists' },
  { value: 'prompts', label: 'Two prompts' },
];
const hints: Readonly<Record<ContrastKind, string>> = {
  pairs: 'One text a line; line n of one side belongs to line n of the other.',
  lists: 'One text a line; the sides may differ in length.',
  prompts: 'One whole text on each side.',
  systems: 'One system prompt a line; each is followed by every question.',
  personas: 'One persona a line, such as “an extremely happy person”; each is asked every question.',
};

export function DirectionEditor() {
  const { open, draft, error, fitting } = useEditor();
  const entries = useDirections((state) => state.entries);
  const ready = useSession((state) => state.phase === 'ready');
  const task = useStatus((state) => state.tasks.at(-1));
  const editing = entries.find((entry) => entry.id === draft.directionId);
  const methods = finders.filter((finder) => finder.takes.includes(draft.kind));
  const method = methods.find((finder) => finder.name === draft.method) ?? methods[0];
  const problem = draftProblem(draft);
  const texts = textsOf(draft);
  const count = (side: readonly string[]): string =>
    draft.kind === 'prompts' ? 'one text' : `${side.length} ${side.length === 1 ? 'text' : 'texts'}`;
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
          onChange={(kind) => changeDraft({ kind })}
        />
        <p className="quiet" style={{ margin: 0 }}>
          {hints[draft.kind]} The residual is read at each text’s last token, so end the texts where they differ.
        </p>
        <div className="editor-columns">
          <Textarea
            label="Positive texts"
            description={count(texts.positive)}
            placeholder="Lily was very happy."
            autosize
            minRows={8}
            maxRows={14}
            value={draft.positive}
            onChange={(event) => changeDraft({ positive: event.currentTarget.value })}
          />
          <Textarea
            label="Negative texts"
            description={count(texts.negative)}
            placeholder="Lily was very sad."
            autosize
            minRows={8}
            maxRows={14}
            value={draft.negative}
            onChange={(event) => changeDraft({ negative: event.currentTarget.value })}
          />
        </div>
        <NativeSelect
          label="Method"
          description={method?.description}
          data={methods.map(({ name, label }) => ({ value: name, label }))}
          value={method?.name ?? ''}
          onChange={(event) => changeDraft({ method: event.currentTarget.value })}
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

/** Fits the draft; what fails is said in the editor and the texts stay as they are. */
async function fit(): Promise<void> {
  const { draft, fitting } = useEditor.getState();
  if (fitting || draftProblem(draft)) return;
  const method =
    finders.find((finder) => finder.name === draft.method && finder.takes.includes(draft.kind)) ?? finders[0];
  if (!method) return;
  const texts = textsOf(draft);
  useEditor.setState({ fitting: true, error: null });
  try {
    const direction = await fitDirection(draft.name, texts, method.name);
    const about = { name: draft.name.trim(), opposite: draft.opposite.trim(), texts, method: method.name };
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
