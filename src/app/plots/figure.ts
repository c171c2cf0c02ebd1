import type { FigureTable } from './table.js';

/** A figure is data: what Plotly draws, without Plotly. */
export interface Figure {
  readonly data: readonly object[];
  readonly layout: object;
  /** A few words that say what it is, for the names of saved files: "alignment happy". Absent: the plot's label. */
  readonly name?: string;
  /** What it is of, with units: stands over saved pictures, where the page's caption is not. */
  readonly title?: string;
  /** The numbers as they were before anything was rounded or cut for the eye. Absent: what the traces hold (`tableOf`). */
  readonly table?: FigureTable;
}

/** Colours of a theme, for figures: Plotly knows no CSS variables. */
export interface FigureColours {
  readonly card: string;
  readonly ink: string;
  readonly mute: string;
  readonly line: string;
  readonly accent: string;
  /** `rgb(…)` */
  readonly positive: string;
  readonly negative: string;
}

/** Plotly reads a kind of HTML in labels and hover texts; tokens and names must stay text. */
export function plainText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}

/** A token as an axis label: spaces and line ends made visible, cut where it is long. */
export function tokenLabel(piece: string, most = 14): string {
  const shown = piece.trim() === '' ? piece.replaceAll('\n', '↵').replaceAll(' ', '␣') || '∅' : piece.trim();
  return plainText(shown.length > most ? `${shown.slice(0, most - 1)}…` : shown);
}

const fontFamily = 'Inter, ui-sans-serif, system-ui, sans-serif';

/** What all figures have in common: the page's background and type. */
export function baseLayout(colours: FigureColours) {
  return {
    autosize: true,
    // A picture that is saved has the theme's background; on the page it is the card's.
    paper_bgcolor: colours.card,
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: fontFamily, size: 10.5, color: colours.mute },
    hoverlabel: {
      bgcolor: colours.card,
      bordercolor: colours.line,
      font: { family: fontFamily, size: 12, color: colours.ink },
    },
  };
}
