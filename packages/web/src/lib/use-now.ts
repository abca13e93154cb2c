import { useEffect, useState } from 'react';

/** The present moment, told anew every `everyMs`; null stops the clock. */
export const useNow = (everyMs: number | null): Date => {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    setNow(new Date());
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
