/** Steps 1 and 2 of the setup, and the ways in, in Spanish, formal (usted). */
import type { SetupOrgWords } from '../en/setup-org.ts';
import { f, fields } from './nouns.ts';

export const esSetupOrg: SetupOrgWords = {
  steps: {
    ofThree: (step) => `Paso ${f.number(step)} de 3`,
    open: 'Abrir',
    back: 'Conectar Salesforce',
  },

  admin: {
    label: 'Administrador de Salesforce',
    none: 'Ningún administrador de Salesforce ha iniciado sesión. La lista puede leerse; lo que solo él sabe no se adivina.',
    signedIn: (username, until) => `Sesión de ${username} hasta las ${until}`,
    signIn: 'Iniciar sesión como administrador de Salesforce',
    signInAnother: 'Iniciar sesión con otro administrador',
    signOut: 'Terminar esta sesión',
    dialog: 'Iniciar sesión como administrador de Salesforce',
    dialogLead:
      'Durante 30 minutos, en la memoria del servidor. La contraseña no se guarda ni aparece en ningún registro.',
    practice: 'Usar el administrador de la organización de práctica',
    username: 'Nombre de usuario del administrador',
    why: 'Solo un administrador de Salesforce puede hacerlo. Inicie su sesión arriba o entregue el paquete.',
    mayNotRead: (admin) => `${admin} no puede leer los permisos en Salesforce.`,
    mayNotReadMore:
      'No se sabe qué permisos tiene el usuario de sincronización. Lo sabe un administrador con el permiso «View Setup and Configuration».',
  },

  setupFields: {
    lead: 'Lo que sabe marketing tiene un sitio en leads y contactos. Solo hace falta la clave de Syncline: así crear leads puede repetirse sin riesgo.',
    checking: (n) => `Comprobando ${f.number(n)} lugares en Salesforce`,
    counts: (needed, recommended, optional) =>
      `Necesarios ${f.number(needed)}, recomendados ${f.number(recommended)}, opcionales ${f.number(optional)}`,
    found: (found, wanted) => `${f.number(found)} de ${f.number(wanted)} encontrados`,
    field: 'Campo',
    type: 'Tipo',
    onLead: 'Lead',
    onContact: 'Contacto',
    edit: 'Quién edita',
    onConvert: 'Al convertir',
    tiers: { needed: 'necesario', recommended: 'recomendado', optional: 'opcional' },
    places: {
      found: 'Encontrado',
      missing: 'Falta',
      hidden: 'Oculto',
      wrong_type: 'Otro tipo',
      read_only: 'Solo lectura',
      cannot_tell: 'Sin comprobar',
    },
    hints: {
      hidden: 'Existe, pero el usuario de sincronización no lo ve.',
      read_only: 'El usuario de sincronización lo ve, pero no puede escribirlo.',
    },
    edits: { sync_user: 'Usuario de sincr.', everyone: 'Todos', cannot_tell: '–' },
    converts: { mapped: 'Asignado', not_mapped: 'Sin asignar', not_needed: 'No hace falta', cannot_tell: '–' },
    wrongType: (label, type, object) =>
      `${label} existe en ${object} como ${type}. Cámbiele el nombre o elimínelo en Salesforce, o deje fuera este campo.`,
    choose: (label) => `Elegir ${label}`,
    create: (n) => `Crear ${fields(n)}`,
    createTitle: (n, org) => `¿Crear ${fields(n)} en ${org}?`,
    createDialog: (lead, contact) =>
      `${f.number(lead)} en Lead y ${f.number(contact)} en Contacto. Todos pueden leerlos; solo el usuario de sincronización los edita.`,
    createVerb: (n) => `Crear ${fields(n)}`,
    restrict: (n) => `Restringir la edición de ${fields(n)}`,
    restrictHint: 'Todos pueden leerlos; solo el usuario de sincronización los edita.',
    grant: (n) => `Mostrar ${fields(n)} al usuario de sincronización`,
    map: (n) => `Asignar ${fields(n)} al convertir`,
    mapHint: 'Un lead convertido conserva el valor en su contacto.',
    nothingToDo: 'No falta nada entre los campos elegidos.',
    download: 'Descargar paquete',
    copyMessage: 'Copiar mensaje para el administrador de Salesforce',
    copied: 'El mensaje está copiado.',
    continue: 'Continuar al paso 2',
    done: 'Todo lo elegido está allí.',
    message: (address) =>
      `Hola:\n\nConectamos Syncline con nuestra organización de Salesforce. Necesita 17 campos en Lead y en Contacto, de los que solo Syncline Key (Syncline_Key__c) es imprescindible, y un conjunto de permisos para su usuario.\n\nEl paquete está en ${address}/setup/fields, «Descargar paquete». Tiene formato de origen:\n\n    sf project deploy start --source-dir force-app --target-org su-org\n    sf org assign permset --name Syncline --on-behalf-of usuario.sync@su-empresa\n\nDespués, en el Gestor de objetos, Lead, Asignar campos de lead: asigne cada uno al campo de contacto del mismo nombre. No se pide ningún permiso para ver o modificar todos los datos.\n\nGracias`,
  },

  outcomes: {
    title: 'Qué resultó',
    done: (n) => `${f.count(n, { one: 'acción hecha', other: 'acciones hechas' })}.`,
    refused: (n) => `${f.count(n, { one: 'rechazada', other: 'rechazadas' })}.`,
    acts: {
      create: 'Crear',
      fix_access: 'Restringir la edición',
      map_on_convert: 'Asignar al convertir',
      permission_set: 'Conjunto de permisos',
      assign: 'Asignar',
      object_rights: 'Permisos de objeto',
      field_rights: 'Permisos de campo',
    },
    of: (act, place) => `${act}: ${place}`,
    said: (code, message) => (message === '' ? code : `${message} (${code})`),
  },

  setupUser: {
    lead: 'Lo que este usuario puede ver y hacer es lo que puede ver y hacer Syncline.',
    user: 'Usuario de sincronización',
    edition: (edition) => `Edición: ${edition}`,
    profile: (profile) => `Perfil: ${profile}`,
    another: 'Elegir otro usuario',
    toFix: (n) => `Por corregir (${f.number(n)})`,
    unknown: (n) => `Sin datos (${f.number(n)})`,
    passed: (n) => `Correctas (${f.number(n)})`,
    allPass: 'Todas las comprobaciones son correctas.',
    checks: {
      user_active: {
        title: 'El usuario está activo',
        toFix: () => 'El usuario no está activo. Actívelo o elija otro usuario.',
      },
      licence: {
        title: 'Licencia de Salesforce',
        toFix: (_, missing) => `El usuario tiene la licencia ${missing}. Hace falta la licencia Salesforce.`,
      },
      dedicated: {
        title: 'Un usuario propio',
        toFix: () =>
          'Este usuario es administrador. Un usuario propio separa lo que hace Syncline y puede hacer menos.',
      },
      password_never_expires: {
        title: 'La contraseña no caduca',
        toFix: () => 'La contraseña caducará algún día y la sincronización se detendrá con ella.',
      },
      api_enabled: { title: 'API Enabled', toFix: () => 'El usuario no puede usar la API.' },
      email_templates: {
        title: 'Plantillas de correo',
        toFix: (_, missing) => `Falta: ${missing}. Las plantillas de correo no se sincronizan.`,
      },
      convert_leads: {
        title: 'Convert Leads',
        toFix: () => 'Sin Convert Leads no se pueden convertir leads desde aquí.',
      },
      edit_events: { title: 'Edit Events', toFix: () => 'Sin Edit Events no se pueden escribir eventos.' },
      edit_tasks: { title: 'Edit Tasks', toFix: () => 'Sin Edit Tasks no se pueden crear tareas desde aquí.' },
      object_rights: {
        title: 'Leer, crear, editar, eliminar',
        toFix: (object, missing) => `El usuario de sincronización no puede ${missing} registros de ${object}.`,
      },
      needed_field: {
        title: 'Campos necesarios',
        toFix: (object, missing) =>
          `El usuario de sincronización no puede ver ${missing}. Sin ese campo, ${object} no se puede sincronizar.`,
      },
      activity_fields: {
        title: 'Tipo de cuenta, eventos y tareas',
        toFix: (_, missing) => `El usuario de sincronización no puede ver ${missing}. Esos valores quedan vacíos.`,
      },
      marketing_user: {
        title: 'Usuario de marketing',
        toFix: () => 'La casilla Marketing User no está marcada. Las campañas no se sincronizan.',
      },
      sharing: {
        title: 'Registros visibles',
        toFix: (object, missing) =>
          `El usuario de sincronización ve ${missing} registros de ${object}. Los demás no se sincronizan.`,
      },
      professional_layouts: {
        title: 'Formatos de página de Professional Edition',
        toFix: () =>
          'Esta edición no tiene seguridad a nivel de campo: lo que no está en ningún formato de página no lo ve nadie. Compruébelo usted.',
      },
    },
    who: {
      you: 'usted',
      'salesforce-admin': 'administrador de Salesforce',
      engineer: 'su ingeniero',
      nobody: 'nadie',
    },
    effects: { blocks_start: 'Impide el inicio', limits: 'Limita', advice: 'Consejo' },
    rights: { read: 'leer', create: 'crear', edit: 'editar', delete: 'eliminar' },
    of: (title, object) => `${object}: ${title}`,
    seen: (object, seen, there) => `${object}: ${f.number(seen)} de ${f.number(there)} registros visibles`,
    seenOf: (seen, there) => `${f.number(seen)} de ${f.number(there)}`,
    seenWhy:
      'Las reglas de colaboración deciden qué registros ve un usuario. Dé al usuario de sincronización una función superior o una regla.',
    unknownWhy: 'Lo sabe un administrador de Salesforce que inicie sesión arriba.',
    professional: [
      'Configuración, Gestor de objetos, Lead y después Contacto, Formatos de página: ponga cada campo necesario en el formato del usuario de sincronización.',
      'Evento, Formatos de página: ponga Evento de todo el día en el formato.',
      'Usuarios: dé al usuario de sincronización el perfil Administrador del sistema, el único que tiene aquí la API.',
    ],
    mend: 'Crear conjunto de permisos y asignar',
    mendHint: 'Un conjunto de permisos, llamado Syncline, con lo que falta. Ningún permiso sobre todos los datos.',
    hide: 'Oculte a este usuario los campos que no necesite.',
    continue: 'Continuar al paso 3',
  },

  waysIn: {
    privateKey: 'Clave privada',
    privateKeyHint: 'Todo el texto del archivo .key. Su certificado va en la aplicación de Salesforce.',
    secretOptional: 'Secreto de consumidor (si la aplicación lo pide)',
    signIn: 'Iniciar sesión con Salesforce',
    signInLead:
      'Se abre una página de Salesforce. Inicie sesión allí como usuario de sincronización, no como usted, y elija Permitir.',
    callback: 'URL de devolución',
    callbackHint: 'La aplicación de Salesforce debe indicarla, letra por letra.',
    steps: {
      client_credentials: [
        'En la Configuración de Salesforce, abra el administrador de aplicaciones cliente externas y cree una.',
        'Active OAuth con el ámbito «Manage user data via APIs (api)» y el flujo de credenciales de cliente.',
        'En las políticas, elija el usuario de sincronización como usuario de ejecución.',
        'Copie la clave y el secreto de consumidor de los ajustes de la aplicación.',
      ],
      web: [
        'En la Configuración de Salesforce, abra el administrador de aplicaciones cliente externas y cree una.',
        'Active OAuth con la URL de devolución de abajo, los ámbitos «api» y «refresh_token, offline_access», y exija PKCE.',
        'En las políticas, haga que el token de actualización valga hasta que se revoque.',
        'Copie la clave de consumidor y el secreto, si la aplicación lo exige.',
      ],
      jwt: [
        'Haga una clave y un certificado: openssl req -x509 -newkey rsa:2048 -nodes -days 730 -keyout syncline.key -out syncline.crt',
        'En el administrador de aplicaciones cliente externas, cree una con OAuth, el ámbito «api» y el flujo JWT bearer; cargue syncline.crt.',
        'En las políticas, elija «Admin approved users are pre-authorized» y dé al usuario de sincronización el conjunto de permisos de la aplicación.',
        'Copie la clave de consumidor y pegue aquí el texto de syncline.key.',
      ],
      password: [
        'Use el nombre de usuario y la contraseña propios del usuario de sincronización.',
        'Mi configuración, Restablecer mi token de seguridad. Llega por correo electrónico.',
      ],
    },
    kept: 'Sesión iniciada con Salesforce. Pulse Probar.',
    keptLive: 'Sesión iniciada con Salesforce. Ya está en uso.',
    lostTitle: 'Este usuario ve menos de lo que Syncline mantiene al día.',
    lost: (object, names) => `${object}: ${names}`,
    lostWhole: (object) => `${object}: todo el objeto`,
    lostMore: 'Lo que no ve conserva aquí su último valor y no se envía. Todavía no se ha guardado nada.',
    keepAnyway: 'Usar estas credenciales de todos modos',
    savedNow: 'Guardado y ya en uso.',
  },
};
