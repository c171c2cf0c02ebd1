import { Menu } from '@mantine/core';
import type { DeviceChoice } from '../../protocol/api.js';
import { changeDevice } from '../engine/model.js';
import { deviceNames } from '../look/devices.js';
import { ChevronIcon } from '../look/icons.js';
import { tokensPerSecond } from '../look/numbers.js';
import { useModels } from '../stores/models.js';
import { useSession } from '../stores/session.js';

const choices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm'];

function counted(threads: number): string {
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** Which device runs the model, how fast, and why; choosing another loads the model there. */
export function DeviceMenu() {
  const { loaded, environment, deviceChoice, phase, msPerToken } = useSession();
  const opening = useModels((state) => state.opening !== null);
  if (!loaded) return null;
  const device = loaded.device;
  const speed = tokensPerSecond(msPerToken ?? undefined) ?? tokensPerSecond(loaded.msPerToken[device]);
  const missing = environment?.webgpuMissing ?? null;
  const about = (choice: DeviceChoice): string => {
    if (choice === 'webgpu' && missing) return missing;
    if (choice === 'auto') return 'times both and takes the faster one';
    const time = loaded.msPerToken[choice];
    if (time !== undefined && time > 0) return `${time.toFixed(1)} ms a token`;
    return choice === 'wasm' ? 'the processor, always there' : (environment?.adapter ?? '');
  };
  return (
    <Menu width={300} position="bottom-start" shadow="md">
      <Menu.Target>
        <button
          type="button"
          className="chip"
          aria-label={`Device: ${deviceNames[device]}`}
          title="Speed of the last writing: tokens a second of each text, both written at once"
        >
          <span>
            {deviceNames[device]}
            {device === 'wasm' && <span className="wide-only">, {counted(loaded.threads)}</span>}
          </span>
          {speed !== null && (
            <span className="chip-details">
              · <b>{speed}</b>
            </span>
          )}
          <ChevronIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Device</Menu.Label>
        <Menu.RadioGroup value={deviceChoice} onChange={(choice) => void changeDevice(choice as DeviceChoice)}>
          {choices.map((choice) => (
            <Menu.RadioItem
              key={choice}
              value={choice}
              closeMenuOnClick
              disabled={(choice === 'webgpu' && missing !== null) || phase === 'loading' || opening}
            >
              {deviceNames[choice]}
              <div className="quiet">{about(choice)}</div>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <p className="quiet" style={{ margin: 0, padding: '4px 12px 8px' }}>
          {loaded.deviceReason}
        </p>
      </Menu.Dropdown>
    </Menu>
  );
}
