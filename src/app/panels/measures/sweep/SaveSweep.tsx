import { Button } from '@mantine/core';
import { useState } from 'react';
import { saveSweep, sweepCsv } from '../../../engine/sweepFiles.js';
import { savedWords } from '../../../engine/exchange.js';
import type { SweepRun } from '../../../stores/sweep.js';

/** The figures as a table, or everything with its texts. */
export function SaveSweep({ run }: { readonly run: SweepRun }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(sweepCsv(run));
      setSaid('The table is on the clipboard.');
    } catch {
      setSaid('The browser did not let the page copy. Save the table instead.');
    }
  };
  return (
    <div className="row wrap">
      <span className="quiet" role="status">
        {said}
      </span>
      <Button size="compact-xs" variant="default" onClick={() => void copy()}>
        Copy CSV
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setSaid(savedWords(saveSweep(run, 'csv')))}>
        Save CSV
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setSaid(savedWords(saveSweep(run, 'json')))}>
        Save JSON
      </Button>
    </div>
  );
}
