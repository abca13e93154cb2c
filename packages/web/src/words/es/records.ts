/** Companies and opportunities, in Spanish, formal (usted). */
import type { RecordsWords } from '../en/records.ts';
import { f, people } from './nouns.ts';

export const esRecords: RecordsWords = {
  records: {
    filledOnly: 'Solo con valor',
    overwrites: 'Salesforce lo sobrescribirá',
    shownOf: (shown, all) => (shown < all ? `(${f.number(shown)} de ${f.number(all)})` : `(${f.number(all)})`),
  },

  companies: {
    title: 'Empresas',
    one: 'Empresa',
    lead: 'Cuentas de Salesforce, que es el único que las cambia.',
    search: 'Nombre, id de Salesforce o nuestro id',
    name: 'Nombre',
    none: 'Aún no hay empresas. Llegan con la sincronización inicial.',
    noPeople: 'Nadie de aquí le pertenece.',
    noOpportunities: 'Sin oportunidades.',
    willOverwrite: (n) =>
      `Alguien la cambió aquí. Salesforce lo sobrescribirá; ${people(n)} lo ${n === 1 ? 'muestra' : 'muestran'}.`,
  },

  opportunities: {
    title: 'Oportunidades',
    one: 'Oportunidad',
    lead: 'Oportunidades de Salesforce, que es el único que las cambia.',
    noneYet: 'Aún no hay oportunidades. Llegan con la sincronización inicial.',
    stage: 'Etapa',
    amount: 'Importe',
    closeDate: 'Fecha de cierre',
    roles: 'Funciones de contacto',
    role: 'Función',
    primary: 'Principal',
    noRole: 'Sin función de contacto: aquí no pertenece a nadie.',
    nobodyHere: 'nadie de aquí',
  },
};
