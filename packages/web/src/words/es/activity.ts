/** Activity, in Spanish, formal (usted). */
import type { ActivityWords } from '../en/activity.ts';
import { f, records } from './nouns.ts';

export const esActivity: ActivityWords = {
  activity: {
    title: 'Actividad de sincronización',
    period: 'Periodo',
    periods: { 1: 'Última hora', 24: '24 h', 120: 'Cinco días' },
    object: 'Objeto',
    operation: 'Operación',
    operations: {
      'Pull updates': 'Traer cambios',
      'Pull deletes': 'Traer eliminaciones',
      'Pull formulas': 'Traer fórmulas',
      'Push new': 'Enviar nuevos',
      'Push updates': 'Enviar cambios',
      'Initial sync': 'Sincronización inicial',
      'Sync schema': 'Sincronizar esquema',
    },
    status: 'Estado',
    started: 'Inicio',
    ended: 'Fin',
    created: 'Nuevos',
    updated: 'Cambiados',
    deleted: 'Eliminados',
    failed: 'Con error',
    skipped: 'Omitidos',
    skippedHint: 'Omitidos: nada cambió en los campos que sincroniza.',
    calls: 'Llamadas',
    none: 'Aún no hay ejecuciones. La primera llega con Iniciar sincronización.',
    noMatch: 'Ninguna ejecución coincide.',
    quietTitle: 'Ciclos sin cambios',
    quietCycles: (n) =>
      `${f.count(n, { one: 'ciclo sin cambios no dejó', other: 'ciclos sin cambios no dejaron' })} ninguna ejecución.`,
    running: 'en curso',
    total: (total) => `${total} ejecuciones`,
    tableLabel: 'Ejecuciones, la más reciente primero',
    run: (id) => `Ejecución ${id}`,
    counts: 'Qué hizo',
    facts: 'Cuándo y cómo',
    together: (n) => `${records(n)} en total`,
    took: 'Duró',
    couldNot: 'Qué no pudo hacer',
    cause: 'Causa',
    stillOpen: 'Aún abiertos',
  },
};
