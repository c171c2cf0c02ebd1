/** What the texts' tokens are read along now: the directions, and the axes of the plane that is shown. */
import { sameTensor } from '../../core/onnx/hooks.js';
import type { LoadedModel, Probe } from '../../protocol/api.js';
import { useDirections } from '../stores/directions.js';
import { usePlane, type SpannedPlane } from '../stores/plane.js';
import { useSession } from '../stores/session.js';
import { probesOf } from './plan.js';

/** Every direction, and the axes of the plane that is shown. */
export function probesNow(loaded: LoadedModel): readonly Probe[] {
  const { shown } = usePlane.getState();
  const probes = probesOf(useDirections.getState(), loaded);
  const layer = shown && readLayer(shown);
  if (!shown || layer === null || shown.epoch !== useSession.getState().epoch) return probes;
  const axes = shown.plane.axes.map((axis, index): Probe => {
    const vectors = Array.from<unknown, Float32Array | null>({ length: loaded.shape.layers }, () => null);
    vectors[layer] = axis;
    return { id: axisProbe(shown.key, index), vectors };
  });
  return [...probes, ...axes];
}

/** Id of an axis among the probes. */
export function axisProbe(key: string, axis: number): string {
  return `${key} axis ${axis}`;
}

/**
 * Where a text's tokens are read for a plane. Texts are read at every block's output, which the next block reads; inside of a
 * block nothing is read of them: null.
 */
export function readLayer(place: Pick<SpannedPlane, 'hook' | 'layer'>): number | null {
  const { hook, layer } = sameTensor(place);
  return hook === 'resid_post' ? layer : null;
}
