import { Button, Modal, NativeSelect, Progress, TextInput } from '@mantine/core';
import { isChatKind } from '../../../core/chat/contrast.js';
import { readsTexts } from '../../../core/directions/index.js';
import { hookNames, type HookName } from '../../../core/onnx/hooks.js';
import { cancelTask } from '../../engine/connection.js';
import { useDirections } from '../../stores/directions.js';
import { changeDraft, closeEditor, useEditor, type Draft } from '../../stores/editor.js';
import { useSession } from '../../stores/session.js';
import { useStatus } from '../../stores/status.js';
import { draftProblem, finderOf } from '../drafts.js';
import { fitDraft } from './fitDraft.js';
import { MethodFields } from './MethodFields.js';
import { TextsFields } from './TextsFields.js';

const hookLabels: Readonly<Record<HookName, string>> = {
  resid_pre: 'what the block reads',
  resid_mid: 'between attention and MLP',
  resid_post: 'the block’s output',
  attn_out: 'what attention adds',
  mlp_out: 'what the MLP adds',
};

/** Where a direction is made: how it is found, and from which texts where the method reads any. */
export function DirectionEditor() {
  const { open, draft, error } = useEditor();
  const entries = useDirections((state) => state.entries);
  const editing = entries.find((entry) => entry.id === draft.directionId);
  const finder = finderOf(draft.method);
  return (
    <Modal
      opened={open}
      onClose={closeEditor}
      size={820}
      title={editing ? `How ${editing.name || 'unnamed'} is found` : 'New direction'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void fitDraft();
        }}
      >
        <div className="editor-columns">
          <TextInput
            label="Name"
            data-autofocus={!editing || undefined}
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
        <MethodFields draft={draft} />
        {finder && readsTexts(finder) && <TextsFields draft={draft} finder={finder} />}
        {finder?.needs !== 'heads' && <HookField draft={draft} />}
        <div className="dialog-footer">
          {error && (
            <p role="alert" className="editor-error">
              {error.message}
            </p>
          )}
          <FitButtons draft={draft} again={editing !== undefined} />
        </div>
      </form>
    </Modal>
  );
}

function HookField({ draft }: { readonly draft: Draft }) {
  const hooks = useSession((state) => state.loaded?.hooks.hooks) ?? ['resid_post'];
  return (
    <NativeSelect
      label="Read and written at"
      description={
        draft.hook === 'resid_post'
          ? undefined
          : 'The plots of alignment read the block’s output all the same. The first use opens the model again.'
      }
      data={hookNames
        .filter((hook) => hook === draft.hook || hooks.includes(hook))
        .map((hook) => ({ value: hook, label: `${hookLabels[hook]} (${hook})` }))}
      value={draft.hook}
      onChange={(event) => changeDraft({ hook: event.currentTarget.value as HookName })}
    />
  );
}

function FitButtons({ draft, again }: { readonly draft: Draft; readonly again: boolean }) {
  const fitting = useEditor((state) => state.fitting);
  const progress = useStatus((state) => state.tasks.find(({ id }) => id === fitting)?.progress);
  const ready = useSession((state) => state.phase === 'ready');
  const problem = useProblem(draft);
  return (
    <>
      {fitting !== null && (
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
        {fitting !== null ? (
          <Button variant="default" onClick={() => cancelTask(fitting)}>
            Cancel
          </Button>
        ) : (
          <Button type="submit" disabled={problem !== null || !ready}>
            {again ? 'Fit again' : 'Fit'}
          </Button>
        )}
      </div>
    </>
  );
}

/** What keeps the draft from being fitted on the model that is loaded. */
function useProblem(draft: Draft): string | null {
  const loaded = useSession((state) => state.loaded);
  const problem = draftProblem(draft);
  if (problem !== null || !loaded) return problem;
  const finder = finderOf(draft.method);
  const aboutChat = finder !== null && readsTexts(finder) && isChatKind(draft.kind);
  if (aboutChat && !loaded.chat) return 'This model knows no turns: choose pairs or lists.';
  if (loaded.hooks.hooks.includes(draft.hook)) return null;
  return `This model has no ${draft.hook} at every layer: choose another place to read and write.`;
}
