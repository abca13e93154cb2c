import { type ReactNode, useEffect, useState } from 'react';

export interface ForAWhileProps {
  readonly ms: number;
  /** Whoever shows it takes it away. */
  readonly onEnd: () => void;
  /** It stays for another reason, such as work that it began. */
  readonly isHeld?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What is there for some seconds, counted anew whenever pointer and focus leave it: nobody is hurried who is on it. */
export const ForAWhile = ({ ms, onEnd, isHeld = false, className, children }: ForAWhileProps) => {
  const [isOver, setOver] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const isPaused = isOver || isFocused || isHeld;
  useEffect(() => {
    if (isPaused) return;
    const timer = setTimeout(onEnd, ms);
    return () => clearTimeout(timer);
  }, [isPaused]);
  return (
    <div
      className={className}
      onPointerEnter={() => setOver(true)}
      onPointerLeave={() => setOver(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      {children}
    </div>
  );
};
