/** What many screens say, in Spanish, formal (usted). */
import type { CommonWords } from '../en/common.ts';
import { calls, changes, deLas, f, fields, people, records } from './nouns.ts';

export const esCommon: CommonWords = {
  common: {
    skip: 'Ir al contenido',
    cancel: 'Cancelar',
    close: 'Cerrar',
    back: 'Atrás',
    continue: 'Continuar',
    save: 'Guardar',
    edit: 'Editar',
    editValue: (label) => `Editar ${label}`,
    show: 'Mostrar',
    hide: 'Ocultar',
    showValue: (label) => `Mostrar ${label}`,
    hideValue: (label) => `Ocultar ${label}`,
    copy: 'Copiar',
    copied: 'Copiado',
    copyValue: (value) => `Copiar ${value}`,
    tryAgain: 'Reintentar',
    clearFilters: 'Quitar filtros',
    loading: 'Cargando',
    yes: 'Sí',
    no: 'No',
    empty: 'vacío',
    never: 'nunca',
    none: 'ninguno',
    all: 'Todo',
    search: 'Buscar',
    about: (n) => `unos ${f.number(n)}`,
    stale: (time) => `El servidor no respondió. Lo que ve es ${deLas(time)}.`,
    requestId: 'Id de la solicitud',
    whoFixes: 'Quién puede resolverlo',
    who: {
      you: 'usted',
      'salesforce-admin': 'su administrador de Salesforce',
      engineer: 'su ingeniero',
      nobody: 'nadie, se reintenta solo',
    },
    onlyAdmins: 'Solo un administrador puede hacerlo.',
    showMore: (n) => `Mostrar ${f.number(n)} más`,
    moreThan: (n) => `más de ${f.number(n)}`,
    lastOf: (shown, total) => `últimas ${f.number(shown)} de ${total}`,
    showEarlier: (n) => `Mostrar ${f.number(n)} anteriores`,
    shownOf: (shown, total) => `${f.number(shown)} de ${total}`,
  },

  localProblems: {
    'file-wrong': {
      title: 'Este archivo no es un mapa.',
      advice: 'Elija uno que se haya exportado aquí.',
    },
    'server-silent': {
      title: 'El servidor no respondió.',
      advice: 'Compruebe que Syncline está en marcha y que este equipo lo alcanza.',
    },
    'page-outdated': {
      title: 'Esta página y el servidor no se entienden.',
      advice: 'Cargue la página de nuevo. Probablemente uno de los dos se actualizó.',
    },
    'page-broken': {
      title: 'Esta página tiene un fallo.',
      advice: 'Cárguela de nuevo. Si sigue igual, diga a su ingeniero qué página era.',
    },
  },

  objects: {
    User: 'Usuario',
    Account: 'Cuenta',
    Lead: 'Lead',
    Contact: 'Contacto',
    Opportunity: 'Oportunidad',
    OpportunityContactRole: 'Función de contacto',
  },

  lists: {
    fresh: (n) => f.count(n, { one: 'nuevo', other: 'nuevos' }),
    pause: 'Pausar actualización',
    paused: 'La actualización está en pausa.',
    resume: 'Reanudar',
    exportAll: 'Exportar CSV',
    exportCsv: (n) => `Exportar CSV (${f.count(n, { one: 'fila', other: 'filas', many: 'de filas' })})`,
    pick: (name) => `Seleccionar ${name}`,
    noMatch: 'Nada coincide.',
    pickAll: 'Seleccionar todo lo mostrado',
    pickNone: 'No seleccionar nada',
    picked: (n) => f.count(n, { one: 'seleccionado', other: 'seleccionados' }),
  },

  whoMay: {
    operator: 'Usted puede leerlo. Los operadores y los administradores también pueden actuar.',
    admin: 'Usted puede leerlo. Los administradores pueden cambiarlo.',
  },

  units: { records, people, fields, calls, changes },
};
