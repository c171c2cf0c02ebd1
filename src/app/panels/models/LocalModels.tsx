import { Button } from '@mantine/core';

/** What needs no hub: the model that comes with the page, and folders. */
export function LocalModels(props: {
  readonly bundledId: string;
  readonly bundledOpen: boolean;
  /** Name of the folder that is open. */
  readonly folder: string | null;
  readonly onBundled: () => void;
  readonly onFolder: () => void;
}) {
  const { bundledId, bundledOpen, folder, onBundled, onFolder } = props;
  return (
    <div className="local-models">
      <div className="local-model">
        <span>
          <b>{bundledId}</b>
          <span className="quiet">comes with the page, writes small stories</span>
        </span>
        <Button variant="default" size="compact-sm" disabled={bundledOpen} onClick={onBundled}>
          {bundledOpen ? 'Open now' : 'Open'}
        </Button>
      </div>
      <div className="local-model">
        <span>
          <b>{folder ?? 'A folder'}</b>
          <span className="quiet">config.json, tokenizer.json and onnx/…; or drop it on the page</span>
        </span>
        <Button variant="default" size="compact-sm" onClick={onFolder}>
          {folder === null ? 'Choose…' : 'Choose another…'}
        </Button>
      </div>
    </div>
  );
}
