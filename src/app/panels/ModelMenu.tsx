import { Menu } from '@mantine/core';
import { openBundled } from '../engine/model.js';
import { ChevronIcon, PlusIcon } from '../look/icons.js';
import { fileSize } from '../look/numbers.js';
import { openModels, useModels } from '../stores/models.js';
import { useSession } from '../stores/session.js';
import { Fact } from './Fact.js';

/** The model that is loaded, what was found in it, and the way to another. */
export function ModelMenu({ onOpenFolder }: { readonly onOpenFolder: () => void }) {
  const { loaded, bundledId, folder, hub, phase } = useSession();
  const opening = useModels((state) => state.opening !== null);
  if (!loaded) {
    return (
      <button type="button" className="chip model-chip" onClick={() => openModels('choose')}>
        <span className="clip">{phase === 'failed' ? 'no model: choose one' : 'loading the model…'}</span>
      </button>
    );
  }
  const { stamp, shape, report, hooks } = loaded;
  const { files, surgery, session } = report.milliseconds;
  const busy = phase === 'loading' || opening;
  const bundled = folder === null && hub === null;
  const failed = loaded.checks.some((check) => check.outcome === 'failed');
  return (
    <Menu width={320} position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className="chip model-chip" aria-label={`Model: ${stamp.id}`}>
          {failed && (
            <span className="bad" title="A check failed when it was loaded">
              ⚠
            </span>
          )}
          <b className="clip model-chip-name">{shortName(stamp.id)}</b>
          <span className="chip-details">
            · {shape.layers} layers · width {shape.width}
          </span>
          <ChevronIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Model</Menu.Label>
        {hub && (
          <Menu.Item leftSection={<span aria-hidden>●</span>} onClick={() => openModels('found')}>
            <span style={{ overflowWrap: 'anywhere' }}>{hub.id}</span>
            <div className="quiet">
              {hub.dtype}, commit {hub.revision.slice(0, 7)}
            </div>
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<span aria-hidden>{bundled ? '●' : '○'}</span>}
          disabled={busy}
          onClick={() => !bundled && void openBundled()}
        >
          {bundledId}
          <div className="quiet">comes with the page</div>
        </Menu.Item>
        <Menu.Item
          leftSection={<span aria-hidden>{folder !== null ? '●' : '○'}</span>}
          disabled={busy}
          onClick={onOpenFolder}
        >
          {folder ?? 'From a folder…'}
          <div className="quiet">config.json, tokenizer.json and onnx/… from this device</div>
        </Menu.Item>
        <Menu.Item leftSection={<PlusIcon />} onClick={() => openModels('choose')}>
          More models…
          <div className="quiet">from the Hub, and those that are stored here</div>
        </Menu.Item>
        <Menu.Divider />
        <table className="facts menu-facts">
          <tbody>
            <Fact name="family, weights" value={`${stamp.family}, ${stamp.dtype}, ${fileSize(report.bytes)}`} />
            <Fact name="vocabulary, context" value={`${shape.vocabulary}, ${shape.context} tokens`} />
            <Fact name="residual hooks" value={`${hooks.layers} layers${hooks.fused ? ', fused norms' : ''}`} />
            <Fact
              name="files, surgery, session"
              value={`${files.toFixed(0)}, ${surgery.toFixed(0)}, ${session.toFixed(0)} ms`}
            />
          </tbody>
        </table>
        <Menu.Item onClick={() => openModels('found')}>What was found and checked…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Without the organisation, which the menu says. */
function shortName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
