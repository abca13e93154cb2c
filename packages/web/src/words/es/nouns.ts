/** Things counted and moments named, in Spanish. */
import { formats } from '../formats.ts';

export const f = formats('es');
export const records = (n: number): string => f.count(n, { one: 'registro', other: 'registros', many: 'de registros' });
export const people = (n: number): string => f.count(n, { one: 'persona', other: 'personas', many: 'de personas' });
export const fields = (n: number): string => f.count(n, { one: 'campo', other: 'campos' });
export const calls = (n: number): string =>
  f.count(n, { one: 'llamada a la API', other: 'llamadas a la API', many: 'de llamadas a la API' });
export const changes = (n: number): string => f.count(n, { one: 'cambio', other: 'cambios', many: 'de cambios' });

const isClock = (time: string): boolean => /^\d{1,2}:/.test(time);
/** «las 14:03:10», but «el 3 mar 2026, 14:03:10». */
export const las = (time: string): string => `${isClock(time) ? 'las' : 'el'} ${time}`;
export const aLas = (time: string): string => `${isClock(time) ? 'a las' : 'el'} ${time}`;
export const deLas = (time: string): string => `${isClock(time) ? 'de las' : 'del'} ${time}`;
