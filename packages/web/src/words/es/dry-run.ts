/** The dry run, in Spanish, formal (usted). */
import type { DryRunWords } from '../en/dry-run.ts';
import { f } from './nouns.ts';

export const esDryRun: DryRunWords = {
  dryRun: {
    title: (n) => `Prueba de ${f.count(n, { one: 'cambio', other: 'cambios' })}`,
    took: (time) => `Duró ${time}. No se ha cambiado nada.`,
    none: 'Este cambio no tiene prueba.',
    run: 'Probar',
    again: 'Repetir',
    back: 'Volver',
    here: 'En Syncline',
    there: 'En Salesforce',
    herePeople: (n) => `Cambian ${n} personas`,
    thereRecords: (n) => `Cambian ${n} registros`,
    copied: (n) => `${n} personas conservan ambos valores`,
    misfits: 'Valores que no encajan',
    misfitsText: (n) =>
      `${n} personas tienen un valor que el tipo nuevo no admite. No se aplica nada hasta que se cambien sus valores.`,
    withdrawn: (n) => `${n} personas tienen cambios que ya no se enviarán`,
    calls: (calls, time) => `${calls} llamadas a la API, unos ${time}`,
    reads: (n) => `Se leen de nuevo ${n} registros`,
    conflicts: 'Conflictos',
    conflictsText: (salesforce, marketing, held) =>
      `Gana Salesforce ${salesforce}, gana marketing ${marketing}, preguntarme ${held}`,
    optOuts: 'Una baja en cualquiera de los lados pasa a ambos.',
    atOnce: 'Al aplicar',
    withBackfill: 'Al rellenar',
    samples: (n) => `${f.count(n, { one: 'muestra', other: 'muestras' })}, antes y después`,
    person: 'Persona',
    field: 'Campo',
    before: 'Antes',
    after: 'Después',
    backfill: 'Rellenar también los valores existentes',
    backfillHint: 'Sin ello llegan con el próximo cambio de cada registro.',
    apply: (n) => `Aplicar a ${n} registros`,
    applyNone: 'Aplicar',
    statement: 'Mostrar las sentencias',
    applied: 'Aplicado.',
    backfilled: (n) => `Valores existentes rellenados: se revisaron ${n} personas.`,
    discarded: 'Este borrador se descartó.',
    toFields: 'A los campos',
  },
};
