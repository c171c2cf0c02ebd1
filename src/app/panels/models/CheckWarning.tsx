import { Button, CloseButton } from '@mantine/core';
import { useState } from 'react';
import { openModels } from '../../stores/models.js';
import { useSession } from '../../stores/session.js';

/** Says that the loaded model does not pass a check, until it is dismissed. */
export function CheckWarning() {
  const { loaded, epoch } = useSession();
  const [dismissed, setDismissed] = useState(-1);
  const failed = loaded?.checks.filter((check) => check.outcome === 'failed') ?? [];
  if (failed.length === 0 || dismissed === epoch) return null;
  return (
    <div className="status-strip problem">
      <span style={{ flex: '1 1 240px', overflowWrap: 'anywhere' }}>
        {failed.map((check) => check.message).join(' ')}
      </span>
      <Button size="compact-xs" variant="default" onClick={() => openModels('found')}>
        Details
      </Button>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => setDismissed(epoch)} />
    </div>
  );
}
