/** Files for the user's disk. */

/** A file that is there to be taken. */
export interface FileToSave {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Uint8Array<ArrayBuffer> | string | Blob;
}

/** A file as the browser was given it. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: number;
}

export function download(files: readonly FileToSave[]): readonly SavedFile[] {
  return files.map(({ fileName, mediaType, content }) => {
    const blob = new Blob([content], { type: mediaType });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return { name: fileName, bytes: blob.size };
  });
}
