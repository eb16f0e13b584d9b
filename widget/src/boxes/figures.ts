// How numbers, instants and spans of time are written in a language.

export interface Figures {
  /** BCP 47 of what is written here. */
  readonly locale: string;
  /** "1,286" */
  count(value: number): string;
  /** "1.3K", for where there is no room. */
  compact(value: number): string;
  /** 38 is "38%". */
  percent(value: number): string;
  /** An RFC 3339 instant or milliseconds: the time of day, with the date where that is not today. */
  instant(value: string | number): string;
  /** Milliseconds in the past: "12 sec. ago". */
  age(ms: number): string;
  /** Whether a text's number takes the singular. */
  isOne(value: number): boolean;
}

const known = new Map<string, Figures>();

/**
 * @param locale a BCP 47 tag; without one, or with a malformed one, the browser's language
 * @param timeZone IANA name; instants then carry it. Left out, they are in the reader's own.
 */
export function figuresIn(locale: string | undefined, timeZone?: string): Figures {
  const key = `${locale} ${timeZone}`;
  let figures = known.get(key);
  try {
    figures ??= makeFigures(locale, timeZone);
  } catch {
    figures = makeFigures(undefined, timeZone);
  }
  known.set(key, figures);
  return figures;
}

function makeFigures(language: string | undefined, timeZone: string | undefined): Figures {
  const counts = new Intl.NumberFormat(language);
  const compacts = new Intl.NumberFormat(language, { notation: 'compact' });
  const percents = new Intl.NumberFormat(language, { style: 'percent' });
  const times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const dates = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: timeZone ? 'long' : 'short',
    timeZone,
  });
  const ages = new Intl.RelativeTimeFormat(language, { style: 'short' });
  const plurals = new Intl.PluralRules(language);
  return {
    locale: counts.resolvedOptions().locale,
    count: (value) => counts.format(value),
    compact: (value) => compacts.format(value),
    percent: (value) => percents.format(value / 100),
    instant(value) {
      const at = new Date(value);
      const isToday = !timeZone && at.toDateString() === new Date().toDateString();
      return (isToday ? times : dates).format(at);
    },
    age(ms) {
      const seconds = Math.floor(ms / 1_000);
      if (seconds < 60) return ages.format(-seconds, 'second');
      if (seconds < 3_600) return ages.format(-Math.floor(seconds / 60), 'minute');
      return ages.format(-Math.floor(seconds / 3_600), 'hour');
    },
    isOne: (value) => plurals.select(value) === 'one',
  };
}
