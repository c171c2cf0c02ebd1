import type { ReactNode } from 'react';

function icon(path: ReactNode) {
  return function Icon() {
    return (
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
      >
        {path}
      </svg>
    );
  };
}

export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7" />
  </>,
);
export const MoonIcon = icon(<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z" />);
export const UndoIcon = icon(<path d="M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3" />);
export const RedoIcon = icon(<path d="M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10M13 6.5l-3-3M13 6.5l-3 3" />);
export const DiceIcon = icon(
  <>
    <rect x="2.5" y="2.5" width="11" height="11" rx="2.5" />
    <path d="M5.7 5.7h0M10.3 5.7h0M8 8h0M5.7 10.3h0M10.3 10.3h0" strokeWidth="2" />
  </>,
);
export const TrashIcon = icon(<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4" />);
export const PencilIcon = icon(
  <path d="M2.5 13.5l.7-3 7.6-7.6a1.4 1.4 0 0 1 2 0l.3.3a1.4 1.4 0 0 1 0 2l-7.6 7.6-3 .7Z" />,
);
export const DownloadIcon = icon(<path d="M8 2.5v7.5M5 7.2l3 3 3-3M2.5 13.5h11" />);
export const ChevronIcon = icon(<path d="M4.5 6.5 8 10l3.5-3.5" />);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const SlidersIcon = icon(
  <>
    <path d="M2.5 5h6M12 5h1.5M2.5 11h1.5M8 11h5.5" />
    <circle cx="10.2" cy="5" r="1.7" />
    <circle cx="5.8" cy="11" r="1.7" />
  </>,
);
export const BackIcon = icon(<path d="M6 3.5 2.5 7 6 10.5M3 7h6.5a4 4 0 0 1 0 8H7" transform="translate(0 -1)" />);
export const SaveIcon = icon(<path d="M8 2.5v7M5 6.8l3 3 3-3M2.5 11v2.5h11V11" />);
