import { LANGUAGES, type Language } from '../words/formats.ts';
import { useWords } from '../words/use-words.ts';
import { useSession } from './session.tsx';

const ORDER = ['en', 'es'] as const satisfies readonly Language[];

export const LanguageSwitch = () => {
  const { words } = useWords();
  const { language, changeLanguage } = useSession();
  return (
    <div className="languages" role="group" aria-label={words.shell.language}>
      {ORDER.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => changeLanguage(each)}
        >
          {each.toUpperCase()} <span className="visually-hidden">{LANGUAGES[each]}</span>
        </button>
      ))}
    </div>
  );
};
