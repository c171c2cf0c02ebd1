import { Button, Progress } from '@mantine/core';
import type { FileProgress } from '../../../protocol/api.js';
import { fileSize } from '../../look/numbers.js';
import { nameOf, type Opening, type Sample } from '../../stores/models.js';
import { share, transferWords } from './transferWords.js';
import { useNow } from './useNow.js';

/** A model on its way: every file with its bytes, speed and time left, and how to end it. */
export function OpeningCard({ opening, onCancel }: { readonly opening: Opening; readonly onCancel: () => void }) {
  const now = useNow(500);
  const { progress, samples, cancelling } = opening;
  const files = progress?.files;
  return (
    <section className="opening" aria-label={`Opening ${nameOf(opening.model)}`}>
      <div className="row wrap">
        <b style={{ flex: '1 1 auto', overflowWrap: 'anywhere' }}>
          {files ? 'Downloading' : 'Opening'} {nameOf(opening.model)}
        </b>
        <Button size="compact-sm" variant="default" disabled={cancelling} onClick={onCancel}>
          {cancelling ? 'Cancelling…' : 'Cancel'}
        </Button>
      </div>
      <Progress
        aria-label={`Opening ${nameOf(opening.model)}, all together`}
        size="md"
        value={share(progress) ?? 100}
        animated={share(progress) === null}
      />
      <p className="quiet opening-words">
        {files && progress ? transferWords(progress, samples[''] ?? [], now) : (progress?.label ?? 'Starting…')}
      </p>
      {files && <FileTable files={files} samples={samples} now={now} />}
      <p className="quiet opening-words">
        {files
          ? 'You can close this and go on steering; the download continues. What has arrived is kept if it breaks off.'
          : 'The model before stays until this one is ready.'}
      </p>
    </section>
  );
}

function FileTable(props: {
  readonly files: readonly FileProgress[];
  readonly samples: Opening['samples'];
  readonly now: number;
}) {
  return (
    <table className="file-table">
      <thead className="for-readers">
        <tr>
          <th scope="col">File</th>
          <th scope="col">How far</th>
        </tr>
      </thead>
      <tbody>
        {props.files.map((file) => (
          <FileLine key={file.path} file={file} samples={props.samples[file.path] ?? []} now={props.now} />
        ))}
      </tbody>
    </table>
  );
}

function FileLine(props: { readonly file: FileProgress; readonly samples: readonly Sample[]; readonly now: number }) {
  const { file, samples, now } = props;
  const whole = file.total > 0 && file.done >= file.total;
  return (
    <tr>
      <th scope="row">{file.path}</th>
      <td>
        {whole ? (
          <>
            {fileSize(file.total)} <span className="good">✓</span>
            <span className="for-readers"> is here</span>
          </>
        ) : file.done === file.kept && samples.length < 2 ? (
          `${fileSize(file.total)}, waiting`
        ) : (
          transferWords(file, samples, now)
        )}
      </td>
    </tr>
  );
}
