import './faces.css';

export interface ProgressProps {
  readonly label: string;
  /** 0 to 1; null: under way, without evidence of how far. */
  readonly share: number | null;
  readonly text: string;
  readonly isDone?: boolean;
  readonly isSmall?: boolean;
}

export const Progress = (props: ProgressProps) => (
  <div className={`progress${props.isSmall ? ' small' : ''}`}>
    <div
      className="track"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={props.text}
      {...(props.share === null ? {} : { 'aria-valuenow': Math.round(props.share * 100) })}
    >
      <div className={`bar${props.isDone ? ' ok' : ''}`} style={{ width: `${(props.share ?? 0) * 100}%` }} />
    </div>
  </div>
);
