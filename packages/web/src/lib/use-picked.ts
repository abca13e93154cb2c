import { useCallback, useState } from 'react';

type Key = string | number;

/** Rows that the reader has picked. */
export interface Picked {
  readonly keys: ReadonlySet<Key>;
  readonly pick: (keys: readonly Key[], isPicked: boolean) => void;
  readonly clear: () => void;
}

export const usePicked = (): Picked => {
  const [keys, setKeys] = useState<ReadonlySet<Key>>(new Set());
  const pick = useCallback((changed: readonly Key[], isPicked: boolean) => {
    setKeys((before) => {
      const next = new Set(before);
      for (const key of changed) {
        if (isPicked) next.add(key);
        else next.delete(key);
      }
      return next;
    });
  }, []);
  const clear = useCallback(() => setKeys(new Set()), []);
  return { keys, pick, clear };
};
