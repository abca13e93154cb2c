/** The frame: navigation, shortcuts, commands, notices, in Spanish, formal (usted). */
import type { ShellWords } from '../en/shell.ts';
import { f, las } from './nouns.ts';

export const esShell: ShellWords = {
  shell: {
    product: 'Syncline',
    menu: 'Menú',
    mainNav: 'Principal',
    home: 'Inicio',
    activity: 'Actividad',
    errors: 'Errores',
    people: 'Personas',
    fields: 'Campos',
    conflicts: 'Conflictos',
    settings: 'Ajustes',
    practice: 'Organización de práctica',
    sandbox: 'Simulador para pruebas',
    searchPeople: 'Buscar personas',
    language: 'Idioma',
    theme: 'Tema',
    themes: { system: 'Sistema', light: 'Claro', dark: 'Oscuro' },
    userMenu: (name) => `Menú de ${name}`,
    signOut: 'Cerrar sesión',
    shortcuts: 'Atajos de teclado',
    never: 'nunca',
    disabled: 'desactivada',
    since: (time) => `desde ${las(time)}`,
    openErrors: (n) => f.count(n, { one: 'error abierto', other: 'errores abiertos' }),
    stateLabel: 'Estado de la sincronización:',
  },

  shortcuts: {
    title: 'Atajos de teclado',
    rows: [
      ['Ctrl K', 'Órdenes: cada pantalla y cada acción'],
      ['F6', 'Ir al mensaje más reciente y volver'],
      ['/', 'Buscar personas'],
      ['g h', 'Ir a Inicio'],
      ['g a', 'Ir a Actividad'],
      ['g e', 'Ir a Errores'],
      ['g p', 'Ir a Personas'],
      ['g f', 'Ir a Campos'],
      ['↑ ↓', 'Recorrer las filas de una lista'],
      ['Inicio Fin', 'Primeras y últimas personas, desde una fila de su lista'],
      ['?', 'Esta lista'],
    ],
    singleKeys: 'Usar teclas sueltas',
    singleKeysHint: 'Desactívelo si habla a su equipo o pulsa teclas sin querer.',
  },

  commands: {
    title: 'Órdenes',
    placeholder: 'Una pantalla, una acción o una persona',
    goTo: 'Ir a',
    acts: 'Hacer',
    otherLanguage: 'English',
    dark: 'Tema oscuro',
    light: 'Tema claro',
  },

  notices: {
    title: 'Notificaciones',
    bell: (n) => (n === 0 ? 'Notificaciones' : `Notificaciones, ${f.number(n)} sin leer`),
    none: 'No hay nada pendiente.',
    markRead: 'Marcar todo como leído',
    unread: 'Sin leer:',
    solved: 'resuelto',
    types: {
      connection: 'Conexión',
      limit: 'Límite de la API',
      run_failed: 'Ejecución con error',
      record_errors: 'Registros rechazados',
      field_change: 'Campo cambiado en Salesforce',
      brake: 'Freno',
      difference: 'Diferencia encontrada',
      export_ready: 'Exportación lista',
    },
  },

  notFound: {
    title: 'En esta dirección no hay nada.',
    home: 'Ir a Inicio',
  },
};
