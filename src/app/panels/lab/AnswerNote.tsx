import { Progress } from '@mantine/core';
import type { Answer } from './useAnswer.js';

/** Says that an answer is being worked out, or why there is none. */
export function AnswerNote({ answer }: { readonly answer: Answer<unknown> }) {
  const { pending, progress, error } = answer;
  if (error && !pending) {
    return (
      <p role="alert" className="quiet" style={{ margin: 0 }}>
        {error.message}
      </p>
    );
  }
  if (!pending) return null;
  return (
    <div className="quiet" role="status">
      {progress?.label ?? 'Working'}…
      {progress && progress.total > 0 && (
        <Progress size="xs" value={(100 * progress.done) / progress.total} aria-label={progress.label} />
      )}
    </div>
  );
}
