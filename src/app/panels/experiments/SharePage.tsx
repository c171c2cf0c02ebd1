import { Alert, Button, TextInput } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { isTooLong, longestLink } from '../../../core/experiments/index.js';
import { savedWords } from '../../engine/exchange.js';
import { fileEnding, leftOutOfFile, linkTo, presentContent, saveFile } from '../../engine/experiments/giving.js';
import type { Measured } from '../../engine/experiments/measured.js';
import { useExperiments } from '../../stores/experiments.js';
import { useFind } from '../../stores/find.js';
import { useDirections } from '../../stores/directions.js';
import { usePrompt } from '../../stores/prompt.js';
import { useSweep } from '../../stores/sweep.js';
import { useTexts } from '../../stores/texts.js';
import { attempted } from '../attempted.js';

/** The experiment on the board in an address, as long as it is short enough; else as a file. */
export function SharePage() {
  const { current, outcome } = useExperiments();
  const directions = useDirections();
  const prompt = usePrompt();
  const complete = useTexts((state) => state.steered.textId !== null);
  const task = useSweep((state) => state.run?.task);
  const swept = useSweep((state) => state.run !== null);
  const found = useFind((state) => state.found);
  // Made anew with what it is made of.
  const { named, link } = useMemo(() => {
    const present = presentContent();
    return { named: present, link: attempted(() => linkTo(present)) };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current?.name, outcome, directions, prompt, complete, task, swept, found]);
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<{ readonly address: string; readonly done: boolean } | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const address = link.value?.address ?? '';
  const length = link.value?.fragment.length ?? 0;
  const results = resultsInWords(named.measured);
  const tooLong = link.value !== null && isTooLong(link.value.fragment);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied({ address, done: true });
    } catch {
      field.current?.select();
      setCopied({ address, done: false });
    }
  };
  const save = (): void => {
    const files = saveFile(named);
    setSaved(files && savedWords(files));
  };
  const state = copied?.address === address ? copied : null;
  return (
    <div className="stack">
      <p className="quiet experiment-words">
        The link holds “{current?.name}”: prompt, sampling, directions with their texts, and what was written. It is
        behind the #, which browsers send to no server. Who opens it sees a preview first, and finds the directions
        again with the same model.
      </p>
      {link.problem !== null ? (
        <Alert color="red" role="alert">
          {link.problem}
        </Alert>
      ) : tooLong ? (
        <Alert color="yellow" role="alert">
          The link would have {length.toLocaleString('en')} characters; many programs cut off more than{' '}
          {longestLink.toLocaleString('en')}. Save a file instead: it holds everything, vectors included.
        </Alert>
      ) : (
        <>
          <div className="row">
            <TextInput ref={field} aria-label="Link" readOnly value={address} style={{ flex: 1 }} />
            <Button onClick={() => void copy()}>{state?.done ? 'Copied' : 'Copy link'}</Button>
          </div>
          <p className="quiet experiment-words">
            {length.toLocaleString('en')} of at most {longestLink.toLocaleString('en')} characters.
            {results !== null && ` It does not hold ${results}; a file does.`}
            {!named.content.isOfBoard &&
              ' The texts are being written; until they are complete, the link is without them.'}
          </p>
        </>
      )}
      <p className="quiet experiment-words" role="status">
        {state?.done && 'The link is on the clipboard.'}
        {state &&
          !state.done &&
          'The browser did not let the page copy. The link is selected: copy it by the keyboard (Ctrl+C or ⌘C) or its menu.'}
        {saved}
      </p>
      <div className="row wrap">
        <Button variant="default" onClick={save}>
          Save a file
        </Button>
        <span className="quiet">
          A file ({fileEnding.slice(1)}) has any size, all vectors bit for bit
          {results !== null && `, and ${results}`}. {leftOutOfFile(named.measured)}
        </span>
      </div>
    </div>
  );
}

/** What was measured, as it is called; null: nothing was. */
function resultsInWords({ swept, searched }: Measured): string | null {
  const parts = [...(swept.run ? ['the results of the sweep'] : []), ...(searched.found ? ['what was found'] : [])];
  return parts.length > 0 ? parts.join(' and ') : null;
}
