import manifest from '../package.json' with { type: 'json' };

/** The version of the package. */
export const { version } = manifest;

/** Puts it into the code. */
export const ofVersion = { __VERSION__: JSON.stringify(version) };
