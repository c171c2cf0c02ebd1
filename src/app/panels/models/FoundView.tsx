import { checkModel } from '../../engine/checking.js';
import { Button } from '@mantine/core';
import type { LoadedModel } from '../../../protocol/api.js';
import { deviceNames } from '../../look/devices.js';
import { fileSize, plainNumber } from '../../look/numbers.js';
import { Fact } from '../Fact.js';
import { Checks } from './Checks.js';

/** What was found in the loaded model, where it is hooked, and what it was checked against. */
export function FoundView({
  loaded,
  onOther,
}: {
  readonly loaded: LoadedModel;
  readonly onOther: (() => void) | null;
}) {
  const { stamp, shape, hooks, device, threads, msPerToken, report, chat } = loaded;
  const { files, surgery, session } = report.milliseconds;
  const time = msPerToken[device];
  return (
    <div className="stack">
      <p className="found-title">
        <b>{stamp.id}</b>
        {stamp.revision !== null && <span className="quiet"> commit {stamp.revision.slice(0, 7)}</span>}
      </p>
      <Checks checks={loaded.checks} onCheck={() => void checkModel()} />
      <table className="facts">
        <tbody>
          <Fact name="family" value={`${stamp.family}, ${chat ? 'with a chat template' : 'no chat template'}`} />
          <Fact name="layers, width" value={`${shape.layers}, ${shape.width}`} />
          <Fact
            name="vocabulary, context"
            value={`${shape.vocabulary.toLocaleString('en')}, ${shape.context.toLocaleString('en')} tokens`}
          />
          <Fact name="blocks" value={blocksInWords(loaded)} />
          <Fact name="norms" value={hooks.fused ? 'fused with the residual’s sums' : 'nodes of their own'} />
          <Fact name="attention" value={hooks.attention.fused ? 'one fused operator' : 'operators of their own'} />
          {hooks.changes.length > 0 && <Fact name="changed in the graph" value={hooks.changes.join('; ')} />}
          <Fact name="hooks" value={hooks.hooks.join(', ')} />
          <Fact name="residual after layer 0" value={hooks.residualTensors[0] ?? '–'} />
          <Fact name={`after layer ${shape.layers - 1}`} value={hooks.residualTensors.at(-1) ?? '–'} />
          <Fact name="weights" value={`${stamp.dtype}, ${fileSize(report.bytes)}`} />
          <Fact
            name="device"
            value={device === 'wasm' ? `WASM, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : deviceNames[device]}
          />
          {time !== undefined && <Fact name="time a token, at load" value={`${plainNumber(time, 1)} ms`} />}
          <Fact
            name="files, surgery, session"
            value={[files, surgery, session].map((ms) => `${ms.toFixed(0)} ms`).join(', ')}
          />
        </tbody>
      </table>
      <p className="quiet opening-words">{loaded.deviceReason}</p>
      {onOther && (
        <div>
          <Button size="compact-sm" variant="default" onClick={onOther}>
            Other device or weights…
          </Button>
        </div>
      )}
    </div>
  );
}

function blocksInWords({ hooks }: LoadedModel): string {
  return hooks.blocks === 'parallel' ? 'attention and MLP side by side' : 'attention, then MLP';
}
