import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { download } from '../../../engine/download.js';
import { scanColumns, scanPieces } from './scanTable.js';
import type { ScanDirection, Scanned } from './useScanned.js';

/** A task of its own for each piece, so that the page answers while a long file is made. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The scan as a file: along the direction that is shown, or along all that were read. */
export function SaveScan(props: {
  readonly scanned: Scanned;
  readonly direction: ScanDirection;
  readonly directions: readonly ScanDirection[];
  readonly layers: number;
}) {
  const { scanned, direction, directions, layers } = props;
  const [all, setAll] = useState(false);
  const [saving, setSaving] = useState(false);
  const read = directions.filter(({ version }) => scanned.probes.includes(version));
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const { csvInPieces } = await import('../../../../core/report/csv.js');
      const parts: string[] = [];
      for (const part of csvInPieces(scanColumns, scanPieces(scanned, all ? read : [direction], layers))) {
        parts.push(part);
        await pause();
      }
      download([{ fileName: 'scan.csv', mediaType: 'text/csv', content: new Blob(parts) }]);
    } finally {
      setSaving(false);
    }
  };
  return (
    <div className="row wrap">
      <Button size="compact-sm" variant="default" disabled={saving} onClick={() => void save()}>
        Save as CSV
      </Button>
      {read.length > 1 && (
        <Checkbox
          size="xs"
          label={`along all ${read.length} directions`}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      <span className="quiet" role="status">
        {saving ? 'Making the file…' : `every token at every layer${all ? '' : `, along ${direction.name}`}`}
      </span>
    </div>
  );
}
