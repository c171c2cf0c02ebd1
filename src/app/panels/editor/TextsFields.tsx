import { Button, Textarea } from '@mantine/core';
import { isChatKind } from '../../../core/chat/contrast.js';
import type { ContrastTexts } from '../../../core/directions/direction.js';
import type { HeadFinder, TextFinder } from '../../../core/directions/index.js';
import { Choice } from '../../controls/Choice.js';
import { happySadPersonas } from '../../presets/chat.js';
import {
  changeDraft,
  emptyDraft,
  restoreDraft,
  showFilling,
  useEditor,
  type Draft,
  type Filling,
} from '../../stores/editor.js';
import { useSession } from '../../stores/session.js';
import { textsOf, withKind } from '../drafts.js';
import { ImportPanel } from './ImportPanel.js';
import { chatKinds, kindHints, plainKinds } from './kinds.js';
import { ReadFields } from './ReadFields.js';
import { SideField } from './SideField.js';
import { TemplatePanel } from './TemplatePanel.js';
import { TextNotes } from './TextNotes.js';
import { TextsAsRead } from './TextsAsRead.js';

/** The contrast texts: their kind, where they come from, both sides, and which of their tokens is read. */
export function TextsFields(props: { readonly draft: Draft; readonly finder: TextFinder | HeadFinder }) {
  const { draft, finder } = props;
  const chatModel = useSession((state) => state.loaded?.chat ?? false);
  const aboutChat = isChatKind(draft.kind);
  // A draft of a chat model's stays what it is when another model is opened.
  const kinds = chatModel || aboutChat ? [...chatKinds, ...plainKinds] : plainKinds;
  const texts = textsOf(draft);
  const readsAll = finder.reads === 'every-token';
  return (
    <>
      <Choice
        label="Kind of contrast texts"
        value={draft.kind}
        options={kinds}
        onChange={(kind) => changeDraft(withKind(draft, kind))}
      />
      <p className="quiet" style={{ margin: 0 }}>
        {kindHints[draft.kind]} {chatModel && !aboutChat && asTyped} {whereRead(draft, readsAll)}
        {draft.kind !== 'prompts' && ' Shift and Enter write ↵, a line break within a text.'}
      </p>
      <FillingButtons draft={draft} />
      <WayBack />
      <div className="editor-columns">
        <SideField draft={draft} side="positive" count={texts.positive.length} />
        <SideField draft={draft} side="negative" count={texts.negative.length} />
      </div>
      <TextNotes draft={draft} />
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
      {!readsAll && <ReadFields value={draft.read} onChange={(read) => changeDraft({ read })} />}
      <TextsAsRead draft={draft} readsAll={readsAll} />
    </>
  );
}

/** Of a chat model, whose template is not put around plain texts. */
const asTyped =
  'They are read as they are typed, outside of a conversation: for answers in one, type the template’s own tokens around them, or take system prompts.';

function whereRead({ kind, read }: Draft, readsAll: boolean): string {
  if (readsAll) return 'This method reads every token of both.';
  if (read.kind !== 'last') return '';
  return isChatKind(kind)
    ? 'The residual is read where the assistant begins to answer.'
    : 'The residual is read at each text’s last token, so end the texts where they differ.';
}

function conversations({ positive, negative, questions = [] }: ContrastTexts): number {
  return (positive.length + negative.length) * questions.length;
}

/** What can fill the sides beside typing; each opens its panel below. */
function FillingButtons({ draft }: { readonly draft: Draft }) {
  const filling = useEditor((state) => state.filling);
  const empty = draft.positive.trim() === '' && draft.negative.trim() === '';
  const toggle = (which: Filling, label: string) => (
    <Button
      size="compact-sm"
      variant={filling === which ? 'light' : 'default'}
      aria-expanded={filling === which}
      onClick={() => showFilling(filling === which ? null : which)}
    >
      {label}
    </Button>
  );
  return (
    <>
      <div className="row wrap">
        {toggle('template', 'From a template')}
        {toggle('import', 'From a file or the clipboard')}
        {isChatKind(draft.kind) && empty && (
          <Button size="compact-sm" variant="default" onClick={() => changeDraft(exampleDraft(draft))}>
            Start from an example: happy ↔ sad
          </Button>
        )}
      </div>
      {filling === 'template' && <TemplatePanel draft={draft} />}
      {filling === 'import' && <ImportPanel />}
    </>
  );
}

/** To the draft that another took the place of. */
function WayBack() {
  const before = useEditor((state) => state.before);
  if (!before) return null;
  return (
    <div className="row wrap editor-note" role="status">
      <span style={{ flex: '1 1 200px' }}>{before.why}</span>
      <Button size="compact-xs" variant="default" onClick={restoreDraft}>
        Go back
      </Button>
    </div>
  );
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
