import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Picture } from '../../../core/report/index.js';
import { savedWords } from '../../engine/exchange.js';
import { saveReport, type ReportFormat } from '../../engine/reporting.js';
import { pictureFor } from '../../plots/reportPicture.js';
import { shownPlots } from '../../plots/shownPlots.js';
import { useExperiments } from '../../stores/experiments.js';
import { dropPicture, useReport } from '../../stores/report.js';
import { conclusionsNow } from './conclusions.js';

/** The texts, settings and figures as one page for others to read. */
export function ReportPage() {
  const named = useExperiments((state) => state.current?.name ?? '');
  const [title, setTitle] = useState<string | null>(null);
  const kept = useReport((state) => state.pictures);
  const [shown] = useState(() => shownPlots());
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [saved, setSaved] = useState('');
  const [busy, setBusy] = useState(false);
  const now = shown.filter(({ label }) => !kept.some((picture) => picture.title === label));
  const save = async (format: ReportFormat): Promise<void> => {
    setBusy(true);
    setSaved('');
    try {
      const pictures: Picture[] = [];
      for (const plot of now) if (!without.has(plot.label)) pictures.push(await pictureFor(plot));
      const files = await saveReport(
        (title ?? named).trim() || 'Report',
        [...pictures, ...kept],
        conclusionsNow(),
        format,
      );
      if (files) setSaved(savedWords(files));
    } finally {
      setBusy(false);
    }
  };
  const toggle = (label: string): void => {
    const next = new Set(without);
    if (!next.delete(label)) next.add(label);
    setWithout(next);
  };
  return (
    <div className="stack">
      <p className="quiet" style={{ margin: 0 }}>
        What a search and a sweep came to, texts, settings, directions and figures of what is on the page, with the
        numbers behind every figure and the experiment’s own file, so that others can open it again.
      </p>
      <TextInput
        label="Title"
        value={title ?? named}
        maxLength={120}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <fieldset className="report-figures">
        <legend>Figures</legend>
        {now.map(({ label }) => (
          <Checkbox key={label} size="xs" label={label} checked={!without.has(label)} onChange={() => toggle(label)} />
        ))}
        {kept.map((picture) => (
          <div key={picture.title} className="row">
            <span style={{ flex: 1 }}>{picture.title} (put aside)</span>
            <Button size="compact-xs" variant="default" onClick={() => dropPicture(picture.title)}>
              Leave out
            </Button>
          </div>
        ))}
        <p className="quiet" style={{ margin: 0 }}>
          These are on the page now. Those of other tabs are added by “Add to the report” in the menu at their corner.
        </p>
      </fieldset>
      <div className="row wrap">
        <Button disabled={busy} onClick={() => void save('html')}>
          Save as one HTML file
        </Button>
        <Button variant="default" disabled={busy} onClick={() => void save('markdown')}>
          Save as Markdown with figures (zip)
        </Button>
      </div>
      <p className="quiet" role="status" style={{ margin: 0 }}>
        {busy ? 'Drawing the figures…' : saved}
      </p>
    </div>
  );
}
