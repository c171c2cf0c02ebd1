/** One colour a direction: a name, and a shade for each theme with at least 3:1 contrast to the card. */
export const palette = [
  { name: 'teal', light: '#0e9488', dark: '#2dd4bf' },
  { name: 'violet', light: '#8b5cf6', dark: '#a78bfa' },
  { name: 'amber', light: '#c26a05', dark: '#fbbf24' },
  { name: 'blue', light: '#2563eb', dark: '#60a5fa' },
  { name: 'pink', light: '#db2777', dark: '#f472b6' },
  { name: 'olive', light: '#5b7a12', dark: '#a3cf3d' },
] as const;

/** The CSS variable that holds a direction's colour in the current theme. */
export function colourOf(entry: { readonly colour: number }): string {
  return `var(--direction-${entry.colour % palette.length})`;
}
