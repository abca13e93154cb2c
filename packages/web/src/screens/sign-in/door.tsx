import './sign-in.css';
import { type ReactNode, useEffect } from 'react';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { useWords } from '../../words/use-words.ts';

export interface DoorProps {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** The frame before sign-in: one question, and the language. */
export const Door = (props: DoorProps) => {
  const { words } = useWords();
  useEffect(() => {
    document.title = `${props.title} · ${words.shell.product}`;
  }, [props.title, words]);
  return (
    <main className="door">
      <div className="door-inner">
        <div className="door-brand">
          <span className="name">
            <img src="/mark.svg" alt="" width={30} height={30} />
            {words.shell.product}
          </span>
          <LanguageSwitch />
        </div>
        <div className="card stack loose">
          <div className="stack tight">
            <h1>{props.title}</h1>
            {props.lead === undefined ? null : <p className="muted">{props.lead}</p>}
          </div>
          {props.children}
        </div>
        <p className="muted caption">{words.signIn.tagline}</p>
      </div>
    </main>
  );
};
