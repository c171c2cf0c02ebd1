import { isChatting, usePrompt } from '../../stores/prompt.js';
import { useSession } from '../../stores/session.js';

/** Whether the page shows a conversation: with a chat model, unless plain text was chosen. */
export function useChatting(): boolean {
  const chatModel = useSession((state) => state.loaded?.chat ?? false);
  return usePrompt((state) => isChatting(state, chatModel));
}
