import type { FittedDirection } from '../../../core/directions/direction.js';
import { Choice } from '../../controls/Choice.js';
import { positionsOf } from '../../engine/plan.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';
import { useChatting } from '../chat/useChatting.js';

const scopeChoices = [
  { value: 'prompt', label: 'Prompt' },
  { value: 'generated', label: 'Generated' },
  { value: 'both', label: 'Both' },
] as const;
/** The same scopes by what they are in a conversation. */
const chatScopeChoices = [
  { value: 'prompt', label: 'Conversation' },
  { value: 'generated', label: 'Assistant' },
  { value: 'both', label: 'Everything' },
] as const;
const chatScopeHints = {
  prompt: 'Conversation only: the system’s and the user’s turns and the template.',
  generated: 'Assistant’s words only: its earlier turns and the reply.',
  both: 'Everything: the conversation and the reply.',
} as const;

/** Which tokens a direction is applied to. One with a vector for each position says itself which. */
export function ScopeFields(props: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const { entry, direction } = props;
  const positions = positionsOf(direction);
  if (positions === 0) return <PhaseFields entry={entry} />;
  return (
    <p className="quiet plain">
      {positions === 1
        ? 'Acts at the prompt’s first token.'
        : `Acts at the prompt’s first ${positions} tokens, each by a vector of its own.`}
    </p>
  );
}

function PhaseFields({ entry }: { readonly entry: DirectionEntry }) {
  const scope = entry.scope.prompt && entry.scope.generated ? 'both' : entry.scope.prompt ? 'prompt' : 'generated';
  const chatting = useChatting();
  return (
    <>
      <Choice
        label={`Scope of ${entry.name || 'unnamed'}`}
        value={scope}
        options={chatting ? chatScopeChoices : scopeChoices}
        onChange={(value) =>
          changeDirection(entry.id, {
            scope: { ...entry.scope, prompt: value !== 'generated', generated: value !== 'prompt' },
          })
        }
      />
      {chatting && (
        <p className="quiet" style={{ margin: '-5px 0 0' }}>
          {chatScopeHints[scope]}
        </p>
      )}
    </>
  );
}
