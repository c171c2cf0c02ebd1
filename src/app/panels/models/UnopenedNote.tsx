import { Button } from '@mantine/core';
import { showUnopened } from '../../engine/offers.js';
import { fileSize } from '../../look/numbers.js';
import { useModels, type Unopened } from '../../stores/models.js';

/** Why a model did not open, what is kept of it, and the way back to it. */
export function UnopenedNote({ unopened, name }: { readonly unopened: Unopened; readonly name: string }) {
  const { error, kept, model } = unopened;
  const cancelled = error.code === 'cancelled';
  const shown = useModels((state) => state.offer !== null);
  const arrived =
    kept && kept.done > 0 ? ` ${fileSize(kept.done)} of ${fileSize(kept.total)} arrived and are kept.` : '';
  return (
    <div role="alert" className={cancelled ? 'unopened' : 'unopened refusal'}>
      <span style={{ flex: '1 1 240px', overflowWrap: 'anywhere' }}>
        {cancelled ? `Cancelled: ${name} was not opened.` : error.message}
        {arrived}
      </span>
      {!shown && model.kind === 'hub' && (
        <Button size="compact-sm" variant="default" onClick={() => void showUnopened()}>
          {cancelled ? 'Continue…' : 'Try again…'}
        </Button>
      )}
    </div>
  );
}
