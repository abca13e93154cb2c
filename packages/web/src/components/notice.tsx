import './badge.css';
import type { ReactNode } from 'react';
import { type Tone, ToneIcon } from './tone.tsx';

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** `assertive` for what the reader just caused and must know; `polite` for news; `off` for what was there from the start. */
  readonly live?: 'assertive' | 'polite' | 'off';
}

/** One message, inline where the act was. */
export const Notice = (props: NoticeProps) => {
  const live = props.live ?? 'off';
  return (
    <div
      className={`notice ${props.tone}`}
      role={live === 'assertive' ? 'alert' : live === 'polite' ? 'status' : undefined}
    >
      <ToneIcon tone={props.tone} />
      <div className="body stack tight">
        {props.title === undefined ? null : <p className="title">{props.title}</p>}
        {props.children === undefined ? null : <div>{props.children}</div>}
        {props.actions === undefined ? null : <div className="row">{props.actions}</div>}
      </div>
    </div>
  );
};
