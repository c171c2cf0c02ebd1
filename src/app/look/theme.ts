import {
  Button,
  createTheme,
  SegmentedControl,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { palette } from './palette.js';

const accent: MantineColorsTuple = [
  '#eef0ff',
  '#dcdffb',
  '#b8bef4',
  '#8c98ff',
  '#707cf0',
  '#5564e8',
  '#3d4de0',
  '#3443c4',
  '#2b38a6',
  '#1f2a85',
];

/** Mantine's greys for dark mode, from the text's to the page's, in the look's slightly blue tone. */
const dark: MantineColorsTuple = [
  '#e9e9ec',
  '#c3c4cb',
  '#9698a3',
  '#6c6f7b',
  '#3a3e49',
  '#2c2f38',
  '#23262e',
  '#1b1d23',
  '#15161b',
  '#101115',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 3 },
  colors: { accent, dark },
  autoContrast: true,
  defaultRadius: 8,
  fontFamily: 'Inter, ui-sans-serif, system-ui, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  headings: { fontWeight: '600' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ styles: { root: { fontWeight: 500, fontSize: 13 } } }),
    SegmentedControl: SegmentedControl.extend({ styles: { label: { fontWeight: 500 } } }),
  },
});

/** The two signed colours mean the same everywhere: in token tints, heat maps and bars. As `r g b`. */
export const signed = {
  light: { positive: '14 148 136', negative: '214 84 62' },
  dark: { positive: '45 212 191', negative: '251 133 110' },
} as const;

const shades = (scheme: 'light' | 'dark'): Record<string, string> => ({
  ...Object.fromEntries(palette.map((colour, index) => [`--direction-${index}`, colour[scheme]])),
  '--positive': signed[scheme].positive,
  '--negative': signed[scheme].negative,
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--page': '#f6f6f3',
    '--card': '#ffffff',
    '--line': '#e4e3dd',
    '--ink': '#1c1d22',
    '--mute': '#65666e',
    '--accent': '#3d4de0',
    '--good': '#0b766d',
    '--warn': '#9a5b00',
    '--bad': '#b93f2a',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1c1d22',
    '--mantine-color-dimmed': '#65666e',
    '--mantine-color-default-border': '#e4e3dd',
    ...shades('light'),
  },
  dark: {
    // The shade that Mantine takes is nearly the page's.
    '--mantine-color-accent-light': 'rgba(140, 152, 255, 0.2)',
    '--mantine-color-accent-light-hover': 'rgba(140, 152, 255, 0.28)',
    '--page': '#131418',
    '--card': '#1b1d23',
    '--line': '#2c2f38',
    '--ink': '#e9e9ec',
    '--mute': '#9698a3',
    '--accent': '#8c98ff',
    '--good': '#2dd4bf',
    '--warn': '#fbbf24',
    '--bad': '#fb856e',
    '--mantine-color-body': '#1b1d23',
    '--mantine-color-text': '#e9e9ec',
    '--mantine-color-dimmed': '#9698a3',
    '--mantine-color-default': '#1b1d23',
    '--mantine-color-default-hover': '#23262e',
    '--mantine-color-default-color': '#e9e9ec',
    '--mantine-color-default-border': '#2c2f38',
    ...shades('dark'),
  },
});
