import type { FigureColours } from '../../../src/app/plots/figure.js';

/** Colours that are told apart at sight, for tests of figures. */
export const colours: FigureColours = {
  card: '#ffffff',
  ink: '#000000',
  mute: '#777777',
  line: '#dddddd',
  accent: '#0000ff',
  positive: 'rgb(0,1,0)',
  negative: 'rgb(1,0,0)',
};
