/** What texts cost that were written at one strength. */
export interface CostPoint {
  /** In the operator's unit. */
  readonly strength: number;
  /** Mean KL(steered ‖ unsteered) of a generated token of each text, nats. */
  readonly kl: readonly number[];
}
