/** A kind of file that directions can be kept in; the index of `core/formats` lists them. */
export interface Format {
  /** The file's name in this folder. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** With the dot. */
  readonly extension: string;
  readonly mediaType: string;
}
