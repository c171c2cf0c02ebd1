import { useState } from 'react';
import { Button } from '@mantine/core';
import type { Prompt } from '../../../../core/chat/prompt.js';
import type { Report } from '../../../../core/autopilot/index.js';

/** Texts that are shown before one asks for all. */
const first = 2;

/** What was written on the prompts of the report, without and with steering. */
export function FoundTexts({ report: { texts } }: { readonly report: Report }) {
  const [all, setAll] = useState(false);
  return (
    <div className="stack">
      {(all ? texts : texts.slice(0, first)).map(({ prompt, baseline, steered }, index) => (
        <dl key={index} className="find-texts">
          <dt>unsteered</dt>
          <dd>
            <span className="quiet">{wordsOf(prompt)}</span>
            {baseline}
          </dd>
          <dt>steered</dt>
          <dd>
            <span className="quiet">{wordsOf(prompt)}</span>
            {steered}
          </dd>
        </dl>
      ))}
      {texts.length > first && (
        <div>
          <Button size="compact-xs" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Fewer texts' : `All ${texts.length} texts`}
          </Button>
        </div>
      )}
    </div>
  );
}

function wordsOf(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : `${prompt.messages.at(-1)?.content ?? ''} → `;
}
