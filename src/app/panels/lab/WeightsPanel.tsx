import { Switch } from '@mantine/core';
import { useCallback, type ReactNode } from 'react';
import type { FeatureLists, Missing, NearestWeights, NeuronLists, TokenLists } from '../../../protocol/api.js';
import { plainNumber } from '../../look/numbers.js';
import { changeWeights, useLab } from '../../stores/lab.js';
import { useSelected, type Selected } from '../selected.js';
import { AnswerNote } from './AnswerNote.js';
import { DictionaryFields } from './DictionaryFields.js';
import { LayerSelect } from './LayerSelect.js';
import { useAnswer, type Ask } from './useAnswer.js';
import { useLabLayer } from './useLabLayer.js';
import { WeightList, type WeightRow } from './WeightList.js';
import { featureRows, neuronRows, tokenRows } from './weightRows.js';

/** Rows of a list; of what lies along the direction and against it, those that do most. */
const shown = 8;

/** Which of the model's weights lie along the selected direction: neurons, tokens, features of a dictionary. */
export function WeightsPanel() {
  const selected = useSelected();
  const layer = useLabLayer();
  if (!selected) {
    return (
      <p className="quiet lab-note">
        Select a direction that is fitted on this model to see which neurons read and write it and which tokens it
        promotes.
      </p>
    );
  }
  const vector = selected.direction.layers.find((it) => it.layer === layer)?.vector;
  const { name } = selected.entry;
  return (
    <div className="stack lab">
      {vector ? (
        <Nearest key={selected.entry.id} selected={selected} vector={vector} layer={layer} />
      ) : (
        <>
          <LayerSelect />
          <p className="quiet lab-note">
            “{name || 'unnamed'}” has no vector at layer {layer}. It has one at{' '}
            {selected.direction.layers.map((it) => it.layer).join(', ')}.
          </p>
        </>
      )}
    </div>
  );
}

function Nearest(props: { readonly selected: Selected; readonly vector: Float32Array; readonly layer: number }) {
  const { selected, vector, layer } = props;
  const { hook } = selected.direction;
  const { throughGain, dictionary } = useLab((state) => state.weights);
  const ask: Ask<NearestWeights> = useCallback(
    (api, task, onProgress) =>
      api.nearestWeights({ task, vector, layer, hook, count: shown, throughGain, dictionary }, onProgress),
    [vector, layer, hook, throughGain, dictionary],
  );
  const answer = useAnswer(ask);
  const { value } = answer;
  const site = { hook, layer, throughGain };
  return (
    <>
      <div className="row wrap">
        <LayerSelect />
        <Switch
          size="sm"
          label="Through the norms’ gain"
          checked={throughGain}
          onChange={(event) => changeWeights({ throughGain: event.currentTarget.checked })}
        />
      </div>
      <p className="quiet" style={{ margin: 0 }}>
        Good for guessing what the direction stands for: neurons that react to it or make it, and the tokens that it
        makes likelier or less likely. “Use” makes one of them a direction to try.
      </p>
      <AnswerNote answer={answer} />
      {value && (
        <div className="weight-lists" aria-busy={answer.pending}>
          <Part title={neuronTitle('read it', value.reads)} missing={value.reads}>
            {(lists) => (
              <WeightList
                rows={neuronRows(lists, 'reads', site, shown)}
                reach={strongest([value.reads, value.writes])}
                chance={chance(lists, vector.length)}
              />
            )}
          </Part>
          <Part title={neuronTitle('write it', value.writes)} missing={value.writes}>
            {(lists) => (
              <WeightList
                rows={neuronRows(lists, 'writes', site, shown)}
                reach={strongest([value.reads, value.writes])}
                chance={chance(lists, vector.length)}
              />
            )}
          </Part>
          <Part title="Tokens it promotes" missing={value.tokens}>
            {(lists) => <Tokens lists={lists} rows={tokenRows(lists.top, site)} />}
          </Part>
          <Part title="Tokens it suppresses" missing={value.tokens}>
            {(lists) => <Tokens lists={lists} rows={tokenRows(lists.bottom, site)} />}
          </Part>
          {value.features && (
            <Part title={`Features of ${dictionary ?? ''}`} missing={value.features}>
              {(lists: FeatureLists) => (
                <WeightList rows={featureRows(lists, site, shown)} reach={strongest([lists])} />
              )}
            </Part>
          )}
        </div>
      )}
      {value && <p className="quiet lab-about">{about(value, throughGain, vector.length)}</p>}
      <DictionaryFields />
    </>
  );
}

/** A list under its title, or why there is none. */
function Part<Lists extends object>(props: {
  readonly title: string;
  readonly missing: Lists | Missing;
  readonly children: (lists: Lists) => ReactNode;
}) {
  const { title, missing: lists, children } = props;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {'missing' in lists ? (
        <p className="quiet" style={{ margin: '4px 0' }}>
          {lists.missing}
        </p>
      ) : (
        children(lists)
      )}
    </section>
  );
}

function Tokens({ lists, rows }: { readonly lists: TokenLists; readonly rows: readonly WeightRow[] }) {
  const most = Math.max(...[...lists.top, ...lists.bottom].map(({ logit }) => Math.abs(logit)), 1e-9);
  return <WeightList rows={rows} reach={most} />;
}

function neuronTitle(does: string, lists: NeuronLists | Missing): string {
  return 'missing' in lists ? `Neurons that ${does}` : `Neurons of block ${lists.block} that ${does}`;
}

/** Cosine of a full bar: the strongest of the lists, so that bars can be compared; cosines are far below 1. */
function strongest(lists: readonly (NeuronLists | FeatureLists | Missing)[]): number {
  const cosines = lists.flatMap((it) => ('missing' in it ? [] : [...it.top, ...it.bottom].map(({ cosine }) => cosine)));
  return Math.max(...cosines.map(Math.abs), 1e-9);
}

/** What the numbers are, in a few words. @param width of the residual stream */
function about({ reads, tokens }: NearestWeights, throughGain: boolean, width: number): string {
  const gainOf = (lists: NeuronLists | TokenLists | Missing, norm: string) => {
    if ('missing' in lists || !lists.hasGain) return '';
    return throughGain ? `, through the gain of ${norm}` : `, without the gain of ${norm}`;
  };
  return [
    `Neurons: cosine with the row that reads (a gated MLP has two, gate and up)${gainOf(reads, 'the norm before it')}, and with the column that writes.`,
    `Tokens: change of the logit for one unit along the direction${gainOf(tokens, 'the final norm')}, before that norm divides (logit lens).`,
    'missing' in reads
      ? ''
      : `The strongest of as many random rows would reach about ±${plainNumber(chance(reads, width))}: what does not reach farther is faded.`,
  ].join(' ');
}

/** Expected largest |cosine| of n random vectors with one direction, √(2 ln 2n / d) for large d. */
function chance({ neurons, top }: NeuronLists, width: number): number {
  const rows = top.some(({ part }) => part === 'in') ? neurons : 2 * neurons;
  return Math.min(1, Math.sqrt((2 * Math.log(2 * rows)) / width));
}
