import { Fact } from './Fact.js';
import { Menu } from '@mantine/core';
import { openBundled } from '../engine/model.js';
import { ChevronIcon } from '../look/icons.js';
import { megabytes } from '../look/numbers.js';
import { useSession } from '../stores/session.js';

/** The model that is loaded, what was found in it, and the way to another. */
export function ModelMenu({ onOpenFolder }: { readonly onOpenFolder: () => void }) {
  const { loaded, bundledId, folder, phase } = useSession();
  if (!loaded) return <span className="chip">{phase === 'failed' ? 'no model' : 'loading the model…'}</span>;
  const { stamp, shape, report, hooks } = loaded;
  const { files, surgery, session } = report.milliseconds;
  return (
    <Menu width={320} position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className="chip" aria-label={`Model: ${stamp.id}`}>
          <b>{stamp.id}</b> · {shape.layers} layers · width {shape.width}
          <ChevronIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Model</Menu.Label>
        <Menu.Item
          leftSection={<span aria-hidden>{folder === null ? '●' : '○'}</span>}
          disabled={phase === 'loading'}
          onClick={() => folder !== null && void openBundled()}
        >
          {bundledId}
          <div className="quiet">comes with the page</div>
        </Menu.Item>
        <Menu.Item
          leftSection={<span aria-hidden>{folder !== null ? '●' : '○'}</span>}
          disabled={phase === 'loading'}
          onClick={onOpenFolder}
        >
          {folder ?? 'From a folder…'}
          <div className="quiet">config.json, tokenizer.json and onnx/… from this device</div>
        </Menu.Item>
        <Menu.Divider />
        <table className="facts" style={{ margin: '4px 12px 8px', width: 'calc(100% - 24px)' }}>
          <tbody>
            <Fact name="family, weights" value={`${stamp.family}, ${stamp.dtype}, ${megabytes(report.bytes)}`} />
            <Fact name="vocabulary, context" value={`${shape.vocabulary}, ${shape.context} tokens`} />
            <Fact name="residual hooks" value={`${hooks.layers} layers${hooks.fused ? ', fused norms' : ''}`} />
            <Fact
              name="files, surgery, session"
              value={`${files.toFixed(0)}, ${surgery.toFixed(0)}, ${session.toFixed(0)} ms`}
            />
          </tbody>
        </table>
      </Menu.Dropdown>
    </Menu>
  );
}
