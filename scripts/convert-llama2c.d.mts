export function convertLlama2c(checkpointBytes: Uint8Array, tokenizerBytes: Uint8Array): Map<string, Uint8Array>;
