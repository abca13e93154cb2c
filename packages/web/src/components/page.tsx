import './page.css';
import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../words/use-words.ts';

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** What stands beside the title, above `lead`: badges, an address. */
  readonly beside?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly width?: 'narrow' | 'wide';
  readonly children: ReactNode;
}

let isFirstPage = true;

/** One screen. Its heading takes the focus when the reader arrives from another screen, so that a screen reader says where one is. */
export const Page = (props: PageProps) => {
  const { words } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · ${words.shell.product}`;
  }, [props.title, words]);
  useEffect(() => {
    if (
      !isFirstPage &&
      (document.activeElement === document.body || document.activeElement?.parentElement?.closest('main') == null)
    ) {
      heading.current?.focus();
    }
    isFirstPage = false;
  }, []);
  return (
    <div className={`page ${props.width ?? 'wide'}`}>
      <div className="page-head">
        <div>
          {props.above === undefined ? null : <div className="above">{props.above}</div>}
          <div className="row">
            <h1 ref={heading} tabIndex={-1}>
              {props.title}
            </h1>
            {props.beside}
          </div>
          {props.lead === undefined ? null : <div className="lead">{props.lead}</div>}
        </div>
        {props.actions === undefined ? null : <div className="row">{props.actions}</div>}
      </div>
      {props.children}
    </div>
  );
};

export interface SectionProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

export const Section = (props: SectionProps) => (
  <section aria-label={props.title}>
    <div className="section-head">
      <h2>{props.title}</h2>
      {props.beside === undefined ? null : <div className="row">{props.beside}</div>}
    </div>
    {props.children}
  </section>
);
