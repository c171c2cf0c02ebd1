import type { Scope, TokenRange } from '../../../core/steering/plan.js';
import { TokenRangeFields } from '../../controls/TokenRangeFields.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';
import { useChatting } from '../chat/useChatting.js';

/** Which tokens of the prompt and of what is generated. */
export function RangeFields({ entry }: { readonly entry: DirectionEntry }) {
  const { id, scope } = entry;
  const name = entry.name || 'unnamed';
  const chatting = useChatting();
  const change = (next: Scope): void => changeDirection(id, { scope: next });
  const setPrompt = (promptRange: TokenRange | undefined): void => {
    const { promptRange: _, ...rest } = scope;
    change(promptRange ? { ...rest, promptRange } : rest);
  };
  const setGenerated = (generatedRange: TokenRange | undefined): void => {
    const { generatedRange: _, ...rest } = scope;
    change(generatedRange && generatedRange.kind !== 'last' ? { ...rest, generatedRange } : rest);
  };
  return (
    <div className="stack" style={{ gap: 6 }}>
      {scope.prompt && (
        <TokenRangeFields
          label={`prompt steered by ${name}`}
          part={chatting ? 'Conversation' : 'Prompt'}
          kinds={['all', 'first', 'last', 'window']}
          value={scope.promptRange}
          onChange={setPrompt}
        />
      )}
      {scope.generated && (
        <TokenRangeFields
          label={`generated text steered by ${name}`}
          part={chatting ? 'Reply' : 'Generated'}
          kinds={['all', 'first', 'window']}
          value={scope.generatedRange}
          onChange={setGenerated}
        />
      )}
    </div>
  );
}
