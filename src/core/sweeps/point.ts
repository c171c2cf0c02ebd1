/** What kind of wish a point stands for: a plan, the same words as an instruction, a random direction for control, or nothing. */
export type PointKind = 'steered' | 'prompt' | 'random' | 'baseline';

/** One setting of a sweep, with the figures of its texts. */
export interface SweepPoint {
  /** Names the setting: points with the same key are the same setting. */
  readonly key: string;
  readonly kind: PointKind;
  /** The direction's id, or the control's name. */
  readonly direction: string;
  /** First and last layer, 0-based, both included; null where nothing is steered. */
  readonly layers: readonly [number, number] | null;
  readonly strength: number;
  /** Mean over the setting's texts of the effect's difference from the baseline text of the same prompt and seed. */
  readonly effect: number;
  /** Mean KL(steered ‖ unsteered) of a generated token, nats. */
  readonly cost: number;
  /** How many texts the figures are of. */
  readonly texts: number;
}
