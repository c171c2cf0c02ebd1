import { Button } from '@mantine/core';
import { useState } from 'react';
import { saveSweep, sweepCsv } from '../../../engine/sweepFiles.js';
import { savedWords } from '../../../engine/exchange.js';
import { useLimits } from '../../../stores/limits.js';
import type { SweepRun } from '../../../stores/sweep.js';

/** The figures as a table, or everything with its texts. */
export function SaveSweep({ run }: { readonly run: SweepRun }) {
  const [said, setSaid] = useState('');
  const limits = useLimits((state) => state.limits);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(sweepCsv(run, limits));
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
      <Button size="compact-xs" variant="default" onClick={() => setSaid(savedWords(saveSweep(run, 'csv', limits)))}>
        Save CSV
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setSaid(savedWords(saveSweep(run, 'json', limits)))}>
        Save JSON
      </Button>
    </div>
  );
}
