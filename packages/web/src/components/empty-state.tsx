import './faces.css';
import { Inbox } from 'lucide-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly title: string;
  readonly why?: string;
  /** The first thing one can do about it. */
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
}

export const EmptyState = (props: EmptyStateProps) => (
  <div className="empty">
    {props.icon ?? <Inbox aria-hidden strokeWidth={1.5} />}
    <div className="stack tight">
      <p className="lead">
        <strong>{props.title}</strong>
      </p>
      {props.why === undefined ? null : <p className="why muted">{props.why}</p>}
    </div>
    {props.action}
  </div>
);
