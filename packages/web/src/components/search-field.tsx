import './fields.css';
import { Search } from 'lucide-react';
import { type Ref, useEffect, useRef, useState } from 'react';

export interface SearchFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  /** Called when the reader has paused for a moment, or pressed Enter. */
  readonly onSearch: (value: string) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** What counts as a pause, in milliseconds; 0 searches only on Enter. */
  readonly pauseMs?: number;
  /** The key that leads here, shown while the field is empty. */
  readonly shortcut?: string | null;
  /** It narrows a list that has a search of its own: no landmark, no lens. */
  readonly isFilter?: boolean;
}

export const SearchField = ({ onSearch, value, pauseMs = 250, ...props }: SearchFieldProps) => {
  const [text, setText] = useState(value);
  // What we searched last comes back as `value`; by then the reader may have typed on, and that must not be lost.
  const searched = useRef(value);
  const search = useRef(onSearch);
  search.current = onSearch;
  const go = (wanted: string) => {
    searched.current = wanted;
    search.current(wanted);
  };
  useEffect(() => {
    if (value === searched.current) return;
    searched.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (pauseMs === 0 || text === searched.current) return;
    const timer = setTimeout(() => {
      searched.current = text;
      search.current(text);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return (
    <form
      {...(props.isFilter ? {} : { role: 'search' })}
      className={`search${props.isFilter ? ' filter' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        go(text);
      }}
    >
      {props.isFilter ? null : <Search aria-hidden />}
      <input
        ref={props.inputRef}
        className="input"
        type={props.isFilter ? 'text' : 'search'}
        aria-label={props.label}
        placeholder={props.placeholder ?? props.label}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {props.shortcut && text === '' ? (
        <kbd className="key" aria-hidden>
          {props.shortcut}
        </kbd>
      ) : null}
    </form>
  );
};
