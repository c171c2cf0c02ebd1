import { Button, Checkbox } from '@mantine/core';
import { PlusIcon } from '../look/icons.js';
import { useDirections } from '../stores/directions.js';
import { openNewCombine } from '../stores/combine.js';
import { openGallery } from '../stores/gallery.js';
import { emptyDraft, holdsTexts, openEditor, useEditor } from '../stores/editor.js';
import { useSession } from '../stores/session.js';
import { DirectionCard, newButtonId } from './DirectionCard.js';
import { openFind } from './measures/find/openFind.js';

export function DirectionList() {
  const ids = useDirections((state) => state.entries).map((entry) => entry.id);
  const steerSpecialTokens = useDirections((state) => state.steerSpecialTokens);
  return (
    <>
      <div className="row">
        <h2>Directions</h2>
        <span className="spacer" />
        {ids.length > 0 && (
          <Button variant="default" size="compact-md" onClick={openNewCombine}>
            Combine
          </Button>
        )}
        <Button
          id={newButtonId}
          variant="default"
          size="compact-md"
          leftSection={<PlusIcon />}
          aria-label="New direction"
          onClick={openNew}
        >
          New
        </Button>
      </div>
      {ids.length === 0 && (
        <p className="quiet" style={{ margin: 0 }}>
          A direction is the difference between two sides of contrast texts. Write some under “New”, take one from the
          gallery, or import a file.
        </p>
      )}
      {ids.map((id) => (
        <DirectionCard key={id} id={id} />
      ))}
      <div className="row">
        <Button variant="light" size="compact-md" data-tour="find" style={{ flex: 1 }} onClick={openFind}>
          Find it for me
        </Button>
        <Button variant="default" size="compact-md" title="Directions to begin with" onClick={openGallery}>
          Gallery
        </Button>
      </div>
      {ids.length > 0 && (
        <Checkbox
          size="xs"
          label="Steer special tokens (BOS) too"
          checked={steerSpecialTokens}
          onChange={(event) => useDirections.setState({ steerSpecialTokens: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

/** What was typed for a new direction before is still there. */
function openNew(): void {
  const { draft } = useEditor.getState();
  const begun = draft.directionId === null && (draft.name.trim() !== '' || holdsTexts(draft));
  const chatModel = useSession.getState().loaded?.chat ?? false;
  openEditor(begun ? draft : { ...emptyDraft, kind: chatModel ? 'personas' : emptyDraft.kind });
}
