const WIDTH = 72;
const HEIGHT = 20;

export interface SparklineProps {
  /** The oldest first. */
  readonly values: readonly number[];
  /** Places for values; the newest stands in the last one. */
  readonly slots: number;
  readonly label: string;
}

/** A small bar for each value, from zero; drawn by hand, since it stands in every row. */
export const Sparkline = ({ values, slots, label }: SparklineProps) => {
  const most = Math.max(...values, 1);
  const step = WIDTH / slots;
  const shown = values.slice(-slots);
  const first = slots - shown.length;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      {shown.map((value, place) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * HEIGHT);
        return (
          <rect
            // A bar has no other name than its hour.
            key={place}
            x={(first + place) * step}
            y={HEIGHT - height}
            width={Math.max(1, step - 1)}
            height={height}
          />
        );
      })}
    </svg>
  );
};
