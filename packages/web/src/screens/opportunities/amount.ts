/** Salesforce's own digits, with the reader's thousands and without zeros that say nothing: an amount is text and never becomes a float. Pure. */
export const amountText = (amount: string, separator: string): string => {
  const [whole = '', decimals = ''] = amount.split('.');
  const rest = /^0*$/.test(decimals) ? '' : decimals;
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, separator);
  return rest === '' ? grouped : `${grouped}${separator === ',' ? '.' : ','}${rest}`;
};
