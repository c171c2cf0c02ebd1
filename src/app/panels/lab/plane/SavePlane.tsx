import { useComputedColorScheme } from '@mantine/core';
import type { RefObject } from 'react';
import type { DrawingPlace } from '../../../engine/drawing.js';
import { palette } from '../../../look/palette.js';
import { pictureOfDrawing } from '../../../plots/drawnPicture.js';
import { planeTable } from '../../../plots/planeTable.js';
import { pointsOf } from '../../../plots/planeScene.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import type { SpannedPlane } from '../../../stores/plane.js';
import { useTexts } from '../../../stores/texts.js';
import { useFigureColours } from '../../figureColours.js';
import type { Arrow } from './arrows.js';
import { useTokenPoints } from './usePlaced.js';

/** Saves the plane as it is seen, or every point in it. */
export function SavePlane(props: {
  readonly surface: RefObject<HTMLElement | null>;
  readonly place: DrawingPlace;
  readonly shown: SpannedPlane;
  readonly arrows: readonly Arrow[];
}) {
  const { surface, place, shown, arrows } = props;
  const colours = useFigureColours();
  const scheme = useComputedColorScheme('light');
  const points = { baseline: useTokenPoints('baseline', shown), steered: useTokenPoints('steered', shown) };
  const { names } = place.wanted;
  const table = () => {
    const { baseline, steered } = useTexts.getState();
    return planeTable({
      names,
      texts: { positive: pointsOf(place.plane.positive), negative: pointsOf(place.plane.negative) },
      tokens: {
        baseline: { pieces: baseline.tokens.map(({ piece }) => piece), points: points.baseline },
        steered: { pieces: steered.tokens.map(({ piece }) => piece), points: points.steered },
      },
      arrows: arrows.map(({ entry, tip }) => ({ name: entry.name || 'unnamed', tip })),
    });
  };
  return (
    <SaveMenu
      label={`Plane of ${names[0]} and ${names[1]}`}
      name={`plane ${names[0]} ${names[1]}`}
      table={table}
      picture={(format) => {
        const drawing = surface.current?.querySelector('svg');
        if (!drawing) throw new Error('The plane is not drawn. Open its tab and save it again.');
        const keys = [
          { colour: colours.positive, words: 'positive texts' },
          { colour: colours.negative, words: 'negative texts' },
          { colour: colours.mute, words: 'baseline tokens' },
          { colour: colours.accent, words: 'steered tokens' },
          ...arrows.map(({ entry }) => ({
            colour: palette[entry.colour % palette.length]![scheme],
            words: `arrow: ${entry.name || 'unnamed'}`,
          })),
        ];
        return pictureOfDrawing(drawing, format, { background: colours.card, ink: colours.ink, keys });
      }}
    />
  );
}
