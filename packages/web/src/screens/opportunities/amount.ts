/** Salesforce's own digits, with the reader's thousands: an amount is text and never becomes a float. Pure. */
export const amountText = (amount: string, separator: string): string => {
  const [whole = '', rest] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, separator);
  return rest === undefined ? grouped : `${grouped}${separator === ',' ? '.' : ','}${rest}`;
};
