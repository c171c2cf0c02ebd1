import { create } from 'zustand';
import { thresholds, type JudgedName, type Limits, type VerdictLimits } from '../../core/measures/index.js';

/** What a verdict is formed with. `meanKl.strained` is also the budget of the safe range. */
export interface LimitsState {
  readonly limits: VerdictLimits;
}

export const useLimits = create<LimitsState>()(() => ({ limits: thresholds }));

/** Sets one of a figure's limits. The other one goes along where it would be passed: broken is never milder than strained. */
export function setLimit(name: JudgedName, level: keyof Limits, value: number): void {
  useLimits.setState((state) => {
    const { limits } = state;
    if (limits[name][level] === value) return state;
    const wanted: Limits = { ...limits[name], [level]: value };
    const { strained, broken } = wanted;
    const inOrder = name === 'distinct2' ? strained >= broken : strained <= broken;
    const own = inOrder ? { strained, broken } : { strained: value, broken: value };
    return { limits: { ...limits, [name]: own } };
  });
}

/** Sets both limits of a figure as they are delivered, since one that was set may have taken the other along. */
export function resetLimit(name: JudgedName): void {
  useLimits.setState(({ limits }) => ({ limits: { ...limits, [name]: thresholds[name] } }));
}

export function resetLimits(): void {
  useLimits.setState({ limits: thresholds });
}
