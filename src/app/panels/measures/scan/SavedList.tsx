import { listFigure, listSize, type ListInput } from '../../../plots/listFigure.js';
import { pictureOf } from '../../../plots/picture.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import { useFigureColours } from '../../figureColours.js';

/** Saves a list as a picture of bars and as data, like every plot. */
export function SavedList(props: {
  readonly name: string;
  readonly title: string;
  /** Made only when it is asked for. */
  readonly list: () => Pick<ListInput, 'labels' | 'values' | 'table'>;
}) {
  const { name, title, list } = props;
  const colours = useFigureColours();
  return (
    <SaveMenu
      label={title}
      name={name}
      table={() => list().table}
      picture={(format) => {
        const made = list();
        return pictureOf(listFigure({ name, title, colours, ...made }), format, listSize(made.labels));
      }}
    />
  );
}
