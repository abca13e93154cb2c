import type { Words } from '../../words/en.ts';

/** What becomes of the other side: of whom Salesforce is to lose, the person here, and the other way round. */
export const deleteCards = (said: Words['acts']['delete'], begins: 'here' | 'there') =>
  begins === 'there'
    ? [
        { value: 'no' as const, title: said.keepHere, note: said.keepHereNote },
        { value: 'yes' as const, title: said.deleteHere, note: said.deleteHereNote },
      ]
    : [
        { value: 'yes' as const, title: said.deleteThere, note: said.deleteThereNote },
        { value: 'no' as const, title: said.keepThere, note: said.keepThereNote },
      ];
