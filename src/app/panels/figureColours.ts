import { useComputedColorScheme } from '@mantine/core';
import { signed } from '../look/theme.js';
import type { FigureColours } from '../plots/figure.js';

const rgb = (parts: string): string => `rgb(${parts.replaceAll(' ', ',')})`;

const schemes: Readonly<Record<'light' | 'dark', FigureColours>> = {
  light: {
    card: '#ffffff',
    ink: '#1c1d22',
    mute: '#65666e',
    line: '#e4e3dd',
    accent: '#3d4de0',
    positive: rgb(signed.light.positive),
    negative: rgb(signed.light.negative),
  },
  dark: {
    card: '#1b1d23',
    ink: '#e9e9ec',
    mute: '#9698a3',
    line: '#2c2f38',
    accent: '#8c98ff',
    positive: rgb(signed.dark.positive),
    negative: rgb(signed.dark.negative),
  },
};

export function useFigureColours(): FigureColours {
  return schemes[useComputedColorScheme('light')];
}
