/** People, in Spanish, formal (usted). */
import type { PeopleWords } from '../en/people.ts';
import { f, people } from './nouns.ts';

export const esPeople: PeopleWords = {
  people: {
    title: 'Personas',
    search: 'Correo, nombre, id de Salesforce o nuestro id',
    views: {
      all: 'Todas',
      waiting: 'En espera',
      with_errors: 'Con errores',
      not_in_salesforce: 'Fuera de Salesforce',
      likely_duplicates: 'Posibles duplicados',
      opted_out: 'Dadas de baja',
    },
    duplicatesHint:
      'Las personas con un mismo correo aparecen juntas. Fusiónelas en Salesforce; Syncline no fusiona a nadie.',
    anyRecord: 'Cualquiera',
    ownerFilter: 'Propietario que empieza por',
    syncPicked: 'Sincronizar ahora',
    syncTitle: (n) => `¿Crear ${f.count(n, { one: 'lead', other: 'leads' })} en Salesforce?`,
    syncDialog: 'Se omite a quien ya está en Salesforce; sus cambios se envían solos.',
    syncAsked: (n) => `${people(n)} de camino a Salesforce.`,
    syncSkipped: (n) => `${f.count(n, { one: 'persona omitida', other: 'personas omitidas' })}`,
    syncSkippedWhy: (person, why) => `${person}: ${why}`,
    viewsLabel: 'Vistas',
    total: (total) => `${total} personas`,
    name: 'Nombre',
    email: 'Correo',
    company: 'Empresa',
    record: 'Registro',
    owner: 'Propietario',
    state: 'Estado',
    updated: 'Actualizada',
    noName: 'Sin nombre',
    none: 'Aún no hay nadie. Las personas llegan por la sincronización inicial, SQL o la API.',
    noMatch: 'Nadie coincide.',
    tableLabel: 'Personas',
    found: (total) => `${total} encontradas`,
  },
};
