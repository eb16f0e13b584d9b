// The kinds of settings: from an environment variable's text to a value, or to what was expected in its place.

export interface Setting<T> {
  readonly env: string;
  readonly fallback: T;
  readonly reason: string;
  readonly read: (text: string) => T;
}

/** A value is not what its setting expects; the message says what, without the value. */
export class Unreadable extends Error {}

export const text = (env: string, fallback: string, reason: string): Setting<string> => ({
  env,
  fallback,
  reason,
  read: (value) => value,
});

export const optional = (
  env: string,
  reason: string,
  check?: (value: string) => string | undefined,
): Setting<string | undefined> => ({
  env,
  fallback: undefined,
  reason,
  read: (value) => {
    const fault = check?.(value);
    if (fault) throw new Unreadable(fault);
    return value;
  },
});

const readInteger =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw new Unreadable(`expected a whole number from ${min} to ${max}`);
    return number;
  };

export const optionalInteger = (
  env: string,
  min: number,
  max: number,
  reason: string,
): Setting<number | undefined> => ({
  env,
  fallback: undefined,
  reason,
  read: readInteger(min, max),
});

export const integer = (
  env: string,
  fallback: number,
  min: number,
  max: number,
  reason: string,
): Setting<number> => ({
  env,
  fallback,
  reason,
  read: readInteger(min, max),
});

export const choice = <T extends string>(
  env: string,
  fallback: T,
  choices: readonly T[],
  reason: string,
): Setting<T> => ({
  env,
  fallback,
  reason,
  read: (value) => {
    const found = choices.find((each) => each === value);
    if (found === undefined) throw new Unreadable(`expected one of ${choices.join(', ')}`);
    return found;
  },
});
