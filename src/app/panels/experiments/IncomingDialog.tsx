import { Alert, Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { differencesOf, generatedText, type ExperimentDocument } from '../../../core/experiments/index.js';
import { finders } from '../../../core/directions/index.js';
import { dismissIncoming, openIncoming } from '../../engine/experiments/incoming.js';
import { circumstancesNow } from '../../engine/experiments/outcome.js';
import { layersText, plainNumber } from '../../look/numbers.js';
import { deviceNames } from '../../look/devices.js';
import { useExperiments, type IncomingExperiment } from '../../stores/experiments.js';
import { useSession } from '../../stores/session.js';
import { ModelHere } from './ModelHere.js';
import { promptInWords } from './settingsInWords.js';

/** What came in by a link or a file, before anything of it is on the board. */
export function IncomingDialog() {
  const incoming = useExperiments((state) => state.incoming);
  return (
    <Modal
      opened={incoming !== null}
      onClose={dismissIncoming}
      size={640}
      title={`Experiment from a ${incoming?.from ?? 'link'}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {incoming && <Preview incoming={incoming} />}
    </Modal>
  );
}

const shownCharacters = 400;

function Preview({ incoming: { document, from } }: { readonly incoming: IncomingExperiment }) {
  const { name, made, directions, prompt, sampling, outcome, sweep, found } = document;
  const [refusal, setRefusal] = useState<string | null>(null);
  return (
    <div className="stack experiment-preview">
      <h3>{name}</h3>
      <dl>
        <Fact name="Model">
          {made
            ? `${made.model.id}, ${made.model.dtype} weights, ${made.model.layers} layers of width ${made.model.width}, on ${deviceNames[made.device]}`
            : 'not said'}
        </Fact>
        <Fact name="Directions">{directions.length === 0 ? 'none' : <Directions directions={directions} />}</Fact>
        <Fact name="Prompt">{cut(promptOf(prompt, outcome))}</Fact>
        <Fact name="Sampling">
          {sampling.temperature === 0
            ? 'greedy'
            : `temperature ${sampling.temperature}, top-p ${sampling.topP}, seed ${sampling.seed}`}
          , at most {sampling.maxNewTokens} tokens
        </Fact>
        <Fact name="Baseline text">{outcome ? cut(generatedText(outcome.baseline)) : 'was not complete'}</Fact>
        <Fact name="Steered text">{outcome ? cut(generatedText(outcome.steered)) : 'was not complete'}</Fact>
        {sweep && (
          <Fact name="Sweep">
            {sweep.texts.length} texts at {sweep.run.settings.length} settings, on {sweep.run.model}
          </Fact>
        )}
        {found && <Fact name="Search">{foundInWords(found)}</Fact>}
        <Fact name="Here">
          <Here document={document} />
        </Fact>
      </dl>
      <p className="quiet experiment-words">
        It opens beside your own experiments, which stay as they are. Nothing is downloaded by opening it.
      </p>
      {refusal !== null && (
        <Alert color="yellow" role="alert">
          {refusal}
        </Alert>
      )}
      <div className="row wrap" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={dismissIncoming}>
          Cancel
        </Button>
        <Button
          data-autofocus
          onClick={() => void openIncoming().then(setRefusal)}
          title={`Keeps what the ${from} holds as one more experiment`}
        >
          Open as a new experiment
        </Button>
      </div>
    </div>
  );
}

function foundInWords({ best, sought }: NonNullable<ExperimentDocument['found']>): string {
  const name = `“${cut(sought.name) || 'unnamed'}”`;
  if (!best) return `nothing was found for ${name}, on ${sought.model}`;
  return `${name} at ${layersText(best.arm.layers)}, strength ${plainNumber(best.strength)}, on ${sought.model}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Directions({ directions }: Pick<ExperimentDocument, 'directions'>) {
  const shown = directions.slice(0, 20);
  return (
    <ul>
      {shown.map(({ name, opposite, enabled, fits, method, expression }, at) => (
        <li key={at}>
          {name || 'unnamed'}
          {opposite && ` ↔ ${opposite}`}
          {enabled ? '' : ', off'}:{' '}
          {expression ?? finders.find((finder) => finder.name === method)?.label.toLowerCase() ?? 'vectors of a file'}
          {fits.length > 0 ? ', with its vectors' : ', found again here'}
        </li>
      ))}
      {directions.length > shown.length && <li>and {directions.length - shown.length} more</li>}
    </ul>
  );
}

/** What is other in this browser, and what opening it does about the model. */
function Here({ document: { made } }: { readonly document: ExperimentDocument }) {
  const loaded = useSession((state) => state.loaded);
  if (!made) return 'It does not say which model wrote its texts, so they may come out otherwise.';
  const here = loaded && circumstancesNow();
  if (!here) return 'No model is open yet.';
  const differences = differencesOf(made, here);
  if (differences.length === 0)
    return 'The same model, weights and device: the texts should come out the same, token for token.';
  return (
    <>
      <ul>
        {differences.map((difference) => (
          <li key={difference}>{difference}</li>
        ))}
      </ul>
      {made.model.id !== here.model.id && <ModelHere made={made} />}
    </>
  );
}

function promptOf(prompt: ExperimentDocument['prompt'], outcome: ExperimentDocument['outcome']): string {
  if (!outcome) return promptInWords(prompt.text, prompt);
  return outcome.baseline.pieces.slice(0, outcome.baseline.promptLength).join('');
}

function cut(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > shownCharacters ? `${trimmed.slice(0, shownCharacters)}…` : trimmed;
}
