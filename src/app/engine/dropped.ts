import type { FolderFile } from '../../protocol/api.js';

/** What was dropped on the page: a folder's files with their paths in it, or files by themselves. */
export async function filesOfDrop(
  transfer: DataTransfer,
): Promise<{ readonly name: string; readonly files: readonly FolderFile[] }> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const only = entries[0];
  if (entries.length === 1 && only?.isDirectory) {
    const files = await filesIn(only as FileSystemDirectoryEntry, '');
    return { name: only.name, files };
  }
  const files = await Promise.all(entries.map((entry) => filesOf(entry, '')));
  return { name: 'dropped files', files: files.flat() };
}

async function filesOf(entry: FileSystemEntry, folder: string): Promise<readonly FolderFile[]> {
  const path = `${folder}${entry.name}`;
  if (entry.isDirectory) return filesIn(entry as FileSystemDirectoryEntry, `${path}/`);
  const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return [{ path, file }];
}

async function filesIn(directory: FileSystemDirectoryEntry, folder: string): Promise<readonly FolderFile[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  // A reader hands out at most a hundred at a time and ends with none.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    entries.push(...batch);
  }
  const files = await Promise.all(entries.map((entry) => filesOf(entry, folder)));
  return files.flat();
}
