export declare const root: string;
export declare function dependenciesAreCurrent(): boolean;
export declare function ensureDependencies(): void;
export declare function findChromium(): string | null;
export declare function ensureChromium(): string;
