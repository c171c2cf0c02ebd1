import { Menu } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { toErrorData } from '../../core/errors.js';
import { download } from '../engine/download.js';
import { SaveIcon } from '../look/icons.js';
import { keepPicture } from '../stores/report.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import type { PictureFormat } from './picture.js';
import { pictureFor } from './reportPicture.js';
import { savedPlot, type PlotFormat } from './savedPlot.js';
import { showPlot } from './shownPlots.js';
import type { FigureTable } from './table.js';

const formats: readonly { readonly format: PlotFormat; readonly label: string }[] = [
  { format: 'svg', label: 'Picture, SVG' },
  { format: 'png', label: 'Picture, PNG' },
  { format: 'csv', label: 'Data, CSV' },
  { format: 'json', label: 'Data, JSON' },
];

export interface SaveMenuProps {
  /** What is saved, for the title of its data and for those who do not see it. */
  readonly label: string;
  /** A few words for the files' names. */
  readonly name: string;
  /** Both are made only when they are asked for. */
  readonly table: () => FigureTable;
  readonly picture: (format: PictureFormat) => Promise<Blob>;
}

/** Saves what it lies over as a picture or as data. Seen when the plot is pointed at or reached by key; always on touch screens. */
export function SaveMenu({ label, name, table, picture }: SaveMenuProps) {
  const [open, setOpen] = useState(false);
  const plot = useRef({ label, name, table, picture });
  useEffect(() => {
    plot.current = { label, name, table, picture };
  });
  useEffect(() => showPlot(() => plot.current), []);
  const fail = (error: unknown): void => reportProblem({ about: 'file', error: toErrorData(error) });
  const save = (format: PlotFormat): void => {
    savedPlot({ label, name, table, picture }, format).then((file) => {
      download([file]);
      clearProblem('file');
    }, fail);
  };
  const add = (): void => {
    pictureFor({ label, name, table, picture }).then(keepPicture, fail);
  };
  return (
    <div className="save-plot" data-open={open || undefined}>
      <Menu opened={open} onChange={setOpen} position="bottom-end" shadow="md" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" aria-label={`Save this plot: ${label}`} title="Save this plot">
            <SaveIcon />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {formats.map(({ format, label: words }) => (
            <Menu.Item key={format} onClick={() => save(format)}>
              {words}
            </Menu.Item>
          ))}
          <Menu.Item onClick={add}>Add to the report</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
