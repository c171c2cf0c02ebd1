/**
 * Every error a user may see. The code says what happened, the fields carry the numbers, the message says what to do.
 * Errors cross the worker boundary as {@link ErrorData} and are made whole again on the other side.
 */
export const errorCodes = [
  'file-unreadable', // a file could not be read or fetched
  'file-not-onnx', // bytes that are not an ONNX model, or a truncated one
  'model-not-decoder', // no causal decoder with a KV cache, or no residual stream was found
  'model-mismatch', // config, graph and tokenizer disagree with each other
  'tokenizer-unusable', // tokenizer missing, or its ids do not fit the model
  'model-unsupported', // a whole model of another kind: an encoder, a vision model, no ONNX files
  'hub-not-found', // no such model, revision or file on the hub
  'hub-refused', // the hub wants a token, or the one it got has no access (401, 403)
  'hub-busy', // too many requests, or the hub is in trouble (429, 5xx)
  'hub-unreachable', // no network, or the connection broke off; what arrived is kept
  'hub-changed', // a file changed on the hub while it was being downloaded, or its bytes are not those announced
  'device-unavailable', // WebGPU asked for and not there
  'device-lost', // the GPU device went away
  'out-of-memory',
  'worker-died',
  'cancelled', // the user cancelled; never shown as a failure
  'input-empty', // nothing to work on (empty prompt, no contrast texts)
  'input-too-long', // more tokens than the context holds
  'token-unknown', // a text that was to be one token of the model is several, or none
  'template-refused', // the model has no chat template, or it refuses the conversation
  'overflow', // the model's output is not finite: steered too strongly for its number format
  'direction-degenerate', // the two sides do not differ, or a vector is zero or not finite
  'expression-invalid', // a formula of directions that is not understood
  'plan-impossible', // operators that lack what they need, or directions that cannot be applied together at one layer
  'document-invalid', // an imported document is broken or has wrong values
  'document-newer', // written by a newer major version
  'document-other-model', // its width or layers do not fit the loaded model
  'storage-full', // IndexedDB refused to save
  'unexpected',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
export type ErrorFields = Readonly<Record<string, string | number | boolean>>;

/** What crosses a message port. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: ErrorFields;
}

export class SteerboardError extends Error {
  override readonly name = 'SteerboardError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields: ErrorFields = {},
  ) {
    super(message);
  }
}

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof SteerboardError) return { code: error.code, message: error.message, fields: error.fields };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'unexpected', message, fields: {} };
}

export function fromErrorData(data: ErrorData): SteerboardError {
  return new SteerboardError(data.code, data.message, data.fields);
}

export function isCancelled(error: unknown): boolean {
  return error instanceof SteerboardError && error.code === 'cancelled';
}
