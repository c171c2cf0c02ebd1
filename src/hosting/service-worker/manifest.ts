/** What a build tells its service worker; written by scripts/service-worker-plugin.ts. */
export interface BuildManifest {
  /** Hash over all files of the build. */
  readonly build: string;
  /** Path relative to the worker's scope → hash of the file's content. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that are fetched ahead so that the page works offline; the others are kept once they were used. */
  readonly ahead: readonly string[];
  readonly contentSecurityPolicy: string;
}

/** Paths below it belong to models: kept from build to build as long as their content is the same. */
export const modelsFolder = 'models/';
