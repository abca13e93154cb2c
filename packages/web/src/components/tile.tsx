import './tiles.css';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';

interface TileText {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly isBad?: boolean;
}

const Inside = ({ name, value, note }: TileText) => (
  <>
    <span className="name">{name}</span>
    <span className="value">{value}</span>
    {note === undefined ? null : <span className="note">{note}</span>}
  </>
);

/** One number with its name. */
export const Tile = (props: TileText) => (
  <div className={`tile${props.isBad ? ' bad' : ''}`}>
    <Inside {...props} />
  </div>
);

const TileAnchor = ({
  name,
  value,
  note,
  isBad,
  ...anchor
}: TileText & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'name'>) => (
  <a {...anchor} className={`tile${isBad ? ' bad' : ''}`}>
    <Inside name={name} value={value} note={note} />
  </a>
);

/** One number that leads to the rows behind it. */
export const TileLink = createLink(TileAnchor);
