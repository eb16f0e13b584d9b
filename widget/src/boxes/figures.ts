// How numbers and instants are written in a language.

export interface Figures {
  /** "1,286" */
  count(value: number): string;
  /** 38 is "38%". */
  percent(value: number): string;
  /** An RFC 3339 instant in the reader's own time zone: the time of day, with the date where that is not today. */
  instant(value: string): string;
}

const known = new Map<string | undefined, Figures>();

/** @param locale a BCP 47 tag; without one, or with a malformed one, the browser's language */
export function figuresIn(locale: string | undefined): Figures {
  const figures = known.get(locale) ?? makeFigures(locale);
  known.set(locale, figures);
  return figures;
}

function makeFigures(locale: string | undefined): Figures {
  const language = isWellFormed(locale) ? locale : undefined;
  const counts = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent' });
  const times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    count: (value) => counts.format(value),
    percent: (value) => percents.format(value / 100),
    instant(value) {
      const at = new Date(value);
      return (at.toDateString() === new Date().toDateString() ? times : dates).format(at);
    },
  };
}

function isWellFormed(locale: string | undefined): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}
