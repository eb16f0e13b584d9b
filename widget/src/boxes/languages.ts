// The languages that the element and the script bring along; other languages come by the `messages` property.
import { ar } from '../locales/ar.js';
import { en } from '../locales/en.js';
import { es } from '../locales/es.js';
import { fr } from '../locales/fr.js';
import { figuresIn } from './figures.js';
import type { Messages } from './messages.js';

const LANGUAGES: Readonly<Record<string, Messages>> = { ar, en, es, fr };

/** The texts in a locale's language; English where it is none of the four. */
export const messagesIn = (locale: string | undefined): Messages =>
  LANGUAGES[figuresIn(locale).locale.split('-')[0] ?? ''] ?? en;
