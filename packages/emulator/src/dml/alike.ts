/** What two values have in common when a matching method takes them for the same. */
export function alikeKey(method: string, value: string | null): string | null {
  if (value === null) return null;
  const plain = value.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  switch (method) {
    case 'Phone':
      return value.replace(/\D/g, '').slice(-9);
    case 'CompanyName':
      return plain
        .replace(/\b(?:inc|incorporated|ltd|limited|llc|corp|corporation|co|gmbh|sa|sl)\b\.?/g, '')
        .replace(/\W/g, '');
    case 'Zip':
      return plain.replace(/\W/g, '').slice(0, 5);
    default:
      return plain.replace(/[^\p{L}\p{N}]/gu, '');
  }
}
