/** Errors, held values, conflicts, in Spanish, formal (usted). */
import type { ErrorsWords } from '../en/errors.ts';
import { aLas, calls, changes, f, fields, las, records } from './nouns.ts';

export const esErrors: ErrorsWords = {
  errors: {
    title: 'Errores',
    summary: (n, causes) => `${records(n)}, ${f.count(causes, { one: 'causa', other: 'causas' })}`,
    affected: (n, since) => `${records(n)}, desde ${las(since)}`,
    retries: (time) => `se reintenta ${aLas(time)}`,
    show: 'Mostrar',
    csv: 'CSV',
    tabsLabel: 'Tipos de errores',
    retry: (n) => (n === 1 ? 'Reintentar' : `Reintentar ${f.number(n)}`),
    retryTitle: (n) => `¿Reintentar ${records(n)}?`,
    retryDialog: (n) => `Hacen falta como máximo ${calls(n)}. Lo que Salesforce rechace de nuevo vuelve aquí.`,
    retried: (n, skipped) =>
      `${records(n)} por enviar de nuevo.${skipped === 0 ? '' : ` ${records(skipped)} omitidos: van de camino.`}`,
    discard: (n) => (n === 1 ? 'Descartar este cambio' : `Descartar ${changes(n)}`),
    discardTitle: (n) => (n === 1 ? '¿Descartar este cambio?' : `¿Descartar ${changes(n)}?`),
    discardDialog: 'Salesforce conserva lo que tiene; Syncline lo recupera. Lo que se editó aquí se pierde.',
    discarded: (n, skipped) =>
      `${f.count(n, { one: 'cambio descartado', other: 'cambios descartados' })}.${skipped === 0 ? '' : ` ${records(skipped)} omitidos: van de camino o nunca se leyeron.`}`,
    salesforceKeeps: 'Salesforce conserva',
    howToFix: 'Cómo resolverlo',
    healsAlone: 'Una vez resuelto, los registros se envían solos.',
    healed: (n, total) => `Resuelto. ${f.number(n)} de ${f.number(total)} enviados.`,
    solvedAt: (time) => `Resuelto ${aLas(time)}.`,
    oneTitle: 'Un error',
    sentTitle: 'Qué se envió',
    saidTitle: 'Qué dijo Salesforce',
    editPerson: 'Editar persona',
    ours: 'Enviado',
    refusedHere: 'Señalado por Salesforce',
    arrived: 'Llegó como',
    attempts: 'Intentos',
    next: 'Próximo intento',
    waitsForCause: 'cuando se resuelva la causa',
    salesforceId: 'Id de Salesforce',
    createWaits: 'Falta crear el lead entero.',
    nothingWaits: 'Ya no espera nada de este registro.',
    noRecord: 'Fue un trabajo entero, no un registro.',
    fixes: {
      'picklist-value': (field) =>
        `En la configuración de Salesforce, abra el Gestor de objetos, el objeto, Campos y relaciones, ${field}, y añada el valor; o elija aquí otro valor.`,
      'validation-rule': () =>
        'Lea la frase de la regla y corrija a la persona para cumplirla. Si la regla es errónea, el administrador de Salesforce la cambia en el Gestor de objetos, Reglas de validación.',
      'field-required': (field) => `Rellene ${field} en la persona o hágalo opcional en Salesforce.`,
      'duplicate-rule': () =>
        'Compruebe si ambos son la misma persona. Si lo son, fusiónelos en Salesforce; si no, haga que la regla de duplicados informe en vez de bloquear al usuario de sincronización.',
      'field-hidden': (field) =>
        `Dé al usuario de sincronización permiso para editar ${field}: en la configuración, abra su conjunto de permisos, Configuración de objetos, el objeto, y marque el acceso de edición.`,
      'owner-access': () =>
        'Elija un propietario activo, con licencia y que pueda tener estos registros; un contacto no puede pertenecer a una cola.',
      'text-too-long': (field) => `Acorte ${field} aquí o amplíe el campo en Salesforce.`,
      'value-wrong': (field) => `Corrija ${field} aquí para que sea del tipo del campo.`,
      'value-misfit': (field) =>
        `Corrija ${field} del registro en Salesforce para que quepa en la columna de aquí, o amplíe la columna. El valor tal como llegó está al lado.`,
      'row-locked': () =>
        'Nada que hacer: otro proceso, como una importación grande, tiene el registro. Se reintenta con pausas crecientes.',
      'record-gone': () =>
        'Nada que hacer: alguien eliminó o fusionó el registro en Salesforce. La próxima lectura lo resuelve aquí.',
      loop: (field) =>
        `Un flujo o desencadenador de Salesforce cambia ${field} cada vez que Syncline lo escribe. Haga que excluya al usuario de sincronización y reintente.`,
      connection: () => 'Abra Ajustes, Conexión, y pruebe la forma de iniciar sesión.',
      unknown: () =>
        'Busque en la ayuda de Salesforce sus palabras y su código. Reintente tras el cambio; su ingeniero puede dar a conocer el código aquí.',
    },
    duplicate: {
      title: 'Registros parecidos',
      lead: (rule: string) =>
        `La regla de duplicados${rule === '' ? '' : ` «${rule}»`} lo bloqueó. Hay tres salidas: vincular la persona a una coincidencia, guardarla igualmente o dejarla.`,
      leadByEmail:
        'Varios registros de Salesforce tienen este correo. Vincule la persona a uno de ellos, cree su propio lead o déjela.',
      ownLead: 'Crear su propio lead',
      ownLeadNote: 'Ninguna regla de Salesforce lo impide: puede ser un registro más con este correo.',
      noMatches: 'Salesforce no nombró ningún registro que el usuario de sincronización pueda ver.',
      record: 'Registro',
      email: 'Correo electrónico',
      company: 'Empresa',
      act: 'Salida',
      isPerson: 'Ya es una persona aquí',
      link: (name: string) => `Vincular a ${name}`,
      linked: 'Se lee y se vincula el registro.',
      saveAnyway: 'Guardar igualmente',
      saving: 'Se envía de nuevo para guardarse tal cual.',
      save: {
        allowed: 'La regla solo avisa: puede guardarse como un registro más.',
        rule_blocks: 'La regla bloquea: Salesforce no deja que nadie lo guarde tal cual.',
        switched_off:
          'La regla solo avisa, pero guardar duplicados está desactivado. Un administrador puede permitirlo en Ajustes, Valores predeterminados.',
      },
      leave: 'Si se deja como está, no se envía nada. Un cambio aquí, o Reintentar, pregunta de nuevo a Salesforce.',
    },
    nonePlain: 'Sin errores.',
    noneMore: 'Lo que Salesforce rechaza se reúne aquí por causa, con quién puede resolverlo.',
    levels: { record: 'De registro', job: 'De trabajo' },
    perDay: 'Errores al día, los últimos cinco días',
    salesforceSaid: 'Salesforce dijo',
    when: 'Cuándo',
    person: 'Persona',
    record: 'Registro',
    said: 'Palabras de Salesforce',
    fields: 'Campos',
    code: 'Código',
    openPerson: (id) => `Persona ${id}`,
    rowsOf: 'Registros con esta causa',
    allCauses: 'Todas las causas',
    gone: 'Ningún registro tiene ya esta causa.',
    causes: {
      'picklist-value': (field) => `Un valor no está en la lista de ${field}.`,
      'validation-rule': () => 'Una regla de Salesforce lo rechazó.',
      'field-required': (field) => `Salesforce exige ${field} y está vacío.`,
      'duplicate-rule': () => 'Salesforce ve un duplicado.',
      'field-hidden': (field) => `El usuario de sincronización no puede escribir ${field}.`,
      'owner-access': () => 'El propietario no puede serlo de este registro.',
      'text-too-long': (field) => `El texto es demasiado largo para ${field}.`,
      'value-wrong': (field) => `El valor no encaja en ${field}.`,
      'value-misfit': (field) => `${field} llegó de Salesforce con un valor que su columna no admite.`,
      'row-locked': () => 'Otro proceso tiene el registro.',
      'record-gone': () => 'El registro ya no está en Salesforce.',
      loop: (field) => `${field} rebota entre Salesforce y Syncline. Solo este campo está en pausa.`,
      connection: () => 'Falló la conexión con Salesforce.',
      unknown: () => 'Salesforce lo rechazó con palabras que no conocemos.',
    },
    aField: 'el campo',
  },

  held: {
    bounces: (user) => `Rebota entre ${user === '' ? 'Salesforce' : user} y Syncline. Solo este campo está en pausa.`,
    title: 'Retenidos',
    lead: 'Ambos lados cambiaron estos campos y la regla es preguntar. Ningún valor se mueve hasta que alguien decida.',
    none: 'No hay campos retenidos.',
    noneMore: 'Donde la regla de un campo es Preguntarme, los conflictos esperan aquí con los dos valores.',
    noMatch: 'Ningún campo retenido coincide.',
    field: 'Campo',
    since: 'Retenido desde',
    decide: 'Decidir',
    keep: { ours: 'Conservar el nuestro', theirs: 'Tomar el de Salesforce' },
    keepOf: {
      ours: (field, person) => `Conservar el nuestro: ${field} de ${person}`,
      theirs: (field, person) => `Tomar el de Salesforce: ${field} de ${person}`,
    },
    forAll: (n) => `Para los ${f.number(n)} que coinciden:`,
    keepAllVerb: {
      ours: (n) => `Conservar los nuestros ${f.number(n)}`,
      theirs: (n) => `Tomar los de Salesforce ${f.number(n)}`,
    },
    keepAllTitle: {
      ours: (n) => `¿Conservar nuestro valor en ${fields(n)}?`,
      theirs: (n) => `¿Tomar el valor de Salesforce en ${fields(n)}?`,
    },
    consequence: {
      ours: 'Nuestros valores se envían a Salesforce y sustituyen a los suyos.',
      theirs: 'Los valores de Salesforce llegan aquí y sustituyen a lo editado.',
    },
    reversed: {
      ours: 'Deshecho: al final se conserva el valor de Salesforce.',
      theirs: 'Deshecho: al final se conserva el nuestro y se envía.',
    },
    resolved: (n, skipped) =>
      `${f.count(n, { one: 'campo decidido', other: 'campos decididos' })}.${skipped === 0 ? '' : ` ${f.number(skipped)} omitidos: ya se decidieron.`}`,
  },

  conflicts: {
    title: 'Conflictos',
    lead: 'Ambos lados cambiaron el mismo campo entre dos lecturas. Decidió la regla, y cada decisión puede invertirse.',
    none: 'Sin conflictos.',
    noneMore: 'Cuando ambos lados cambian el mismo campo de una persona, la decisión aparece aquí con los dos valores.',
    when: 'Cuándo',
    person: 'Persona',
    field: 'Campo',
    ours: 'Nuestro',
    theirs: 'Salesforce',
    base: 'Último acordado',
    decision: 'Decisión',
    winners: { salesforce: 'Ganó Salesforce', marketing: 'Ganó marketing' },
    reverse: 'Invertir esta decisión',
    reverseOf: (field, person) => `Invertir esta decisión: ${field} de ${person}`,
    reversed: 'La decisión se invirtió.',
    somebody: (id) => `Persona ${id}`,
    decidedNote: (n) => (n === 1 ? 'decisión' : 'decisiones'),
  },
};
