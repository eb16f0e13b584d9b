export interface Origins {
  readonly origins: string[];
  /** Lines that are none. */
  readonly faulty: string[];
}

/** Origins, one a line, as people write them: an address of the site will do, without its path. */
export function originsIn(text: string): Origins {
  const lines = text.split(/[\s,]+/).filter(Boolean);
  const origins = lines.map((line) => {
    const address = /^https?:\/\//i.test(line) ? line : `https://${line}`;
    const isPlain = URL.canParse(address) && !address.includes('*');
    return isPlain ? new URL(address).origin : null;
  });
  return {
    origins: [...new Set(origins.filter((origin) => origin !== null))],
    faulty: lines.filter((_, index) => origins[index] === null),
  };
}
