import { create } from 'zustand';

/** The dialog of directions to begin with. Nothing of it is saved. */
export interface Gallery {
  readonly open: boolean;
}

export const useGallery = create<Gallery>()(() => ({ open: false }));

export function openGallery(): void {
  useGallery.setState({ open: true });
}

export function closeGallery(): void {
  useGallery.setState({ open: false });
}
