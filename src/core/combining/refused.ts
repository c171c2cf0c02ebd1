import { SteerboardError } from '../errors.js';

export function refused(message: string): SteerboardError {
  return new SteerboardError('expression-invalid', message);
}
