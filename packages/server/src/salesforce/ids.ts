const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** 18 characters for an id of 15; an id that has 18 stays. Bit i of a group's letter is set where its i-th character is upper case (A11). */
export const idText18 = (id: string): string => {
  if (id.length !== 15) return id;
  const letterOf = (start: number): string => {
    let bits = 0;
    for (let at = 0; at < 5; at += 1) if (/[A-Z]/.test(id.charAt(start + at))) bits |= 1 << at;
    return LETTERS.charAt(bits);
  };
  return id + letterOf(0) + letterOf(5) + letterOf(10);
};
