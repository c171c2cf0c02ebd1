import { Select, Textarea, TextInput } from '@mantine/core';
import { Choice } from '../../../controls/Choice.js';
import { wishedEntry } from '../../../engine/wish.js';
import type { Directions } from '../../../stores/directions.js';
import type { FindSpec, FindWay } from '../../../stores/find.js';

const ways: readonly { readonly value: FindWay; readonly label: string }[] = [
  { value: 'direction', label: 'A direction' },
  { value: 'words', label: 'Words' },
  { value: 'texts', label: 'Texts' },
];

const hints: Readonly<Record<FindWay, string>> = {
  direction:
    'Its texts are taken again: two thirds to find directions by several methods, a third to judge what is written. A direction without texts is taken as it is.',
  words:
    'Directions are found from short sentences that end in these words. What counts is how likely the words become.',
  texts:
    'One text a line, a dozen on each side is good. Line n of one side should differ from line n of the other in what you want only.',
};

interface Props {
  readonly spec: FindSpec;
  readonly directions: Directions;
  readonly onChange: (change: Partial<FindSpec>) => void;
}

/** What more is wanted of. */
export function WishFields({ spec, directions, onChange }: Props) {
  return (
    <div className="stack">
      <div className="row wrap">
        <span className="find-question" aria-hidden>
          What do you want more of?
        </span>
        <div className="lab-choice">
          <Choice
            label="What do you want more of?"
            value={spec.way}
            options={ways}
            onChange={(way) => onChange({ way })}
          />
        </div>
      </div>
      {spec.way === 'direction' && <DirectionField spec={spec} directions={directions} onChange={onChange} />}
      {spec.way === 'words' && <WordFields spec={spec} onChange={onChange} />}
      {spec.way === 'texts' && <TextFields spec={spec} onChange={onChange} />}
      <p className="quiet find-about">{hints[spec.way]}</p>
    </div>
  );
}

function DirectionField({ spec, directions, onChange }: Props) {
  const { entries } = directions;
  const chosen = wishedEntry(spec, directions);
  return (
    <Select
      size="xs"
      label="Direction"
      placeholder="none yet"
      value={chosen?.id ?? null}
      data={entries.map(({ id, name }) => ({ value: id, label: name || 'unnamed' }))}
      allowDeselect={false}
      onChange={(directionId) => onChange({ directionId })}
    />
  );
}

function WordFields({ spec, onChange }: Omit<Props, 'directions'>) {
  return (
    <div className="find-two">
      <TextInput
        size="xs"
        label="More of these words"
        description="with commas between them"
        placeholder="rain, storm, wet"
        value={spec.toward}
        onChange={(event) => onChange({ toward: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        label="Less of these"
        description="empty: any other word"
        placeholder="sun, warm, dry"
        value={spec.away}
        onChange={(event) => onChange({ away: event.currentTarget.value })}
      />
    </div>
  );
}

function TextFields({ spec, onChange }: Omit<Props, 'directions'>) {
  return (
    <>
      <TextInput
        size="xs"
        label="What to call it"
        placeholder="happy"
        maxLength={80}
        value={spec.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <div className="find-two">
        <Textarea
          size="xs"
          label="Texts that have it"
          placeholder={'Lily was very happy\nTom smiled and laughed'}
          autosize
          minRows={4}
          maxRows={10}
          value={spec.positive}
          onChange={(event) => onChange({ positive: event.currentTarget.value })}
        />
        <Textarea
          size="xs"
          label="Texts that do not"
          placeholder={'Lily was very sad\nTom frowned and cried'}
          autosize
          minRows={4}
          maxRows={10}
          value={spec.negative}
          onChange={(event) => onChange({ negative: event.currentTarget.value })}
        />
      </div>
    </>
  );
}
