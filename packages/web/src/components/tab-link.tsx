import './tabs.css';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

interface TabProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly isCurrent: boolean;
}

/** Which tab is current is told, not guessed: the router takes an address without `?tab=` for the parent of those that have one. */
const TabAnchor = ({ isCurrent, ...rest }: TabProps) => <a {...rest} aria-current={isCurrent ? 'page' : undefined} />;

/** One of a few parts of a screen, inside a `nav` of class `views`; the part lives in the address. */
export const TabLink = createLink(TabAnchor);
