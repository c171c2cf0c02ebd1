import { NativeSelect, TextInput } from '@mantine/core';
import { effects, type EffectName } from '../../../../core/outcomes/index.js';
import { usualChoice } from '../../../../core/sweeps/index.js';
import { fitFor, type DirectionEntry } from '../../../stores/directions.js';
import { useSession } from '../../../stores/session.js';
import { changeSpec, useSweep } from '../../../stores/sweep.js';

/** What counts as more of it. */
export function EffectFields({ entry }: { readonly entry: DirectionEntry | null }) {
  const { effect: chosen, effectLayer, words, away } = useSweep((state) => state.spec);
  const loaded = useSession((state) => state.loaded);
  const direction = entry && fitFor(entry, loaded?.stamp);
  const usual = direction && usualChoice(direction, null, entry);
  const name = chosen ?? usual?.effect ?? 'score';
  const effect = effects.find((it) => it.name === name);
  const layers = loaded?.shape.layers ?? 0;
  const own = effects.find((it) => it.name === usual?.effect)?.label;
  return (
    <div>
      <NativeSelect
        size="xs"
        label="Effect"
        description={effect && `${effect.description} Unit: ${effect.unit}.`}
        value={chosen ?? ''}
        onChange={(event) => changeSpec({ effect: (event.currentTarget.value || null) as EffectName | null })}
        data={[
          { value: '', label: own ? `auto (${own})` : 'auto' },
          ...effects.map((it) => ({ value: it.name, label: it.label })),
        ]}
      />
      {(name === 'score' || name === 'alignment') && (
        <NativeSelect
          size="xs"
          mt={6}
          aria-label="Layer where the texts are read"
          value={effectLayer === null ? '' : String(effectLayer)}
          onChange={(event) => {
            const { value } = event.currentTarget;
            changeSpec({ effectLayer: value === '' ? null : Number(value) });
          }}
          data={[
            {
              value: '',
              label: usual ? `read at layer ${usual.layer}, which separates best` : 'read where it separates best',
            },
            ...Array.from({ length: layers }, (_, layer) => ({
              value: String(layer),
              label: `read at layer ${layer}`,
            })),
          ]}
        />
      )}
      {(name === 'words' || name === 'log-odds') && (
        <TextInput
          size="xs"
          mt={6}
          label={name === 'words' ? 'Words that count' : 'Words towards'}
          placeholder={entry?.name ?? ''}
          description="With commas between them"
          value={words}
          onChange={(event) => changeSpec({ words: event.currentTarget.value })}
        />
      )}
      {name === 'log-odds' && (
        <TextInput
          size="xs"
          mt={6}
          label="Words away"
          placeholder={words.trim() === '' ? (entry?.opposite ?? '') : 'all others'}
          value={away}
          onChange={(event) => changeSpec({ away: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
