import { createContext, useContext } from 'react';
import { en, type Words } from './en.ts';
import { es } from './es.ts';
import { type Formats, formats, type Language } from './formats.ts';

const WORDS = { en, es } as const satisfies Record<Language, Words>;

export interface Spoken {
  readonly language: Language;
  readonly words: Words;
  readonly formats: Formats;
}

export const spoken = (language: Language): Spoken => ({
  language,
  words: WORDS[language],
  formats: formats(language),
});

export const SpokenContext = createContext<Spoken>(spoken('en'));

/** The sentences and the number formats of the reader's language. */
export const useWords = (): Spoken => useContext(SpokenContext);
