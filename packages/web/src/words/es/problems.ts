import type { ProblemCode } from '@syncline/contract/problems';

/** The problems table in Spanish: the same codes and placeholders as `PROBLEMS` of the contract. */
export const esProblems: Readonly<Record<ProblemCode, { readonly title: string; readonly advice: string }>> = {
  'port-in-use': {
    title: 'El puerto {port} está ocupado.',
    advice: 'Detenga el otro programa o inicie con --port y otro número.',
  },
  'home-closed': {
    title: 'No se puede escribir en la carpeta {home}.',
    advice: 'Dé permiso de escritura a este usuario o inicie con --home y otra carpeta.',
  },
  'database-unreachable': {
    title: 'La base de datos no responde.',
    advice: 'Compruebe que Postgres está en marcha y es accesible. Syncline lo reintenta solo.',
  },
  'database-url-wrong': {
    title: 'DATABASE_URL no lleva a una base de datos.',
    advice:
      'Revise servidor, puerto, usuario, contraseña y nombre: postgres://usuario:contraseña@servidor:5432/nombre.',
  },
  'database-too-old': {
    title: 'Postgres {version} es demasiado antiguo.',
    advice: 'Syncline necesita Postgres 15 o posterior. Actualícelo o quite DATABASE_URL para usar el incluido.',
  },
  'database-newer': {
    title: 'La base de datos es de un Syncline más reciente.',
    advice: 'Inicie esa versión o una posterior. No se ha cambiado nada.',
  },
  'roles-needed': {
    title: 'El usuario de DATABASE_URL no puede crear los roles que Syncline necesita.',
    advice: 'Pida a alguien con permiso que ejecute el SQL mostrado arriba y vuelva a iniciar.',
  },
  'key-wrong': {
    title: 'El archivo de clave no corresponde a los secretos guardados.',
    advice:
      'Reponga el archivo de clave anterior o escriba de nuevo los secretos en Conectar. No se ha sobrescrito nada.',
  },
  'key-missing': {
    title: 'No se puede leer el archivo de clave {path}.',
    advice: 'Reponga el archivo con modo 0600. Sin él no se pueden abrir los secretos guardados.',
  },
  'practice-org-failed': {
    title: 'La organización de práctica no arrancó: {said}',
    advice: 'Haga lo que dice o inicie sin ella: --org none.',
  },
  'embedded-postgres-missing': {
    title: 'No hay un Postgres incluido para {platform}.',
    advice:
      'Ponga en DATABASE_URL un Postgres suyo, 15 o posterior, o ejecute npm ci sin excluir los paquetes opcionales.',
  },
  'embedded-postgres-failed': {
    title: 'El Postgres incluido no arrancó.',
    advice: 'Dijo: {said} Revise el disco y la memoria, o ponga en DATABASE_URL un Postgres suyo.',
  },
  'not-signed-in': { title: 'No ha iniciado sesión.', advice: 'Inicie sesión y pruebe de nuevo.' },
  'wrong-credentials': {
    title: 'El correo o la contraseña no son correctos.',
    advice: 'Revise ambos y pruebe de nuevo.',
  },
  'too-many-attempts': { title: 'Demasiados intentos.', advice: 'Espere {seconds} segundos y pruebe de nuevo.' },
  'link-used': { title: 'Este enlace ya se usó.', advice: 'Pida uno nuevo a su ingeniero.' },
  'origin-missing': {
    title: 'Esta solicitud no vino de la aplicación.',
    advice: 'Abra la aplicación y pulse allí el botón. Otra página no puede actuar por usted.',
  },
  'not-allowed': {
    title: 'Su rol no puede hacer esto.',
    advice: 'Pídalo a un administrador de este Syncline: hace falta el rol {role}.',
  },
  'email-taken': {
    title: 'Alguien ya tiene este correo.',
    advice: 'Use otro correo o cambie el rol de ese usuario.',
  },
  'last-administrator': {
    title: 'Es el último administrador.',
    advice: 'Nombre antes a otra persona como administradora.',
  },
  'connection-missing': {
    title: 'No se ha elegido cómo iniciar sesión en Salesforce.',
    advice: 'Elíjalo en Conectar y pruébelo.',
  },
  'secrets-missing': {
    title: 'No están guardados los secretos para esta forma de iniciar sesión.',
    advice: 'Escríbalos en Conectar y pruebe de nuevo.',
  },
  'test-first': {
    title: 'Estas credenciales aún no han superado la prueba.',
    advice: 'Pulse Probar. Sincronizar campos se abre cuando la prueba es correcta.',
  },
  'practice-missing': {
    title: 'La organización de práctica no está en marcha.',
    advice: 'Inicie Syncline sin --org none o ejecute npm run org.',
  },
  'admin-not-signed-in': {
    title: 'Ningún administrador de Salesforce ha iniciado sesión.',
    advice: 'Inicie sesión un momento como administrador de Salesforce o entregue el paquete a quien lo sea.',
  },
  'org-changed': {
    title: 'Estas credenciales llevan a otra organización de Salesforce.',
    advice:
      'Este Syncline pertenece a la organización {expected}; la sesión llevó a {found}. No se leyó ni se envió nada. Use credenciales de la primera.',
  },
  'not-confirmed': {
    title: 'Las credenciales no están confirmadas.',
    advice: 'Revise Sincronizar campos y pulse antes Confirmar credenciales.',
  },
  'already-confirmed': {
    title: 'Las credenciales ya están confirmadas.',
    advice: 'Las columnas existen. Continúe con el inicio.',
  },
  'already-started': { title: 'La sincronización ya se inició.', advice: 'Vea su progreso.' },
  'org-taken': {
    title: 'Otro Syncline ha escrito en esta organización: {records} registros llevan su clave.',
    advice:
      'Detenga antes el otro: los dos desharían lo que hace el otro. Después confirme que este lo sustituye y pulse de nuevo Iniciar sincronización.',
  },
  'not-started': {
    title: 'La sincronización no se ha iniciado.',
    advice: 'Termine la configuración y pulse Iniciar sincronización.',
  },
  'fields-changed': {
    title: 'Los campos de Salesforce cambiaron entretanto.',
    advice: 'Vuelva a leer. Lo descartado sigue descartado.',
  },
  'field-needed': {
    title: 'Syncline necesita {field}.',
    advice: 'Consérvelo. Los demás campos pueden descartarse.',
  },
  'object-unreadable': {
    title: 'El usuario de sincronización no puede leer {object}.',
    advice: 'Dé al usuario de sincronización acceso de lectura a {object} y pruebe de nuevo.',
  },
  'external-id-missing': {
    title: 'Falta el campo {field} en {object}, o el usuario de sincronización no puede editarlo.',
    advice:
      'Créelo como Texto, 32, único, con distinción de mayúsculas, id externo, y permita que el usuario de sincronización lo edite. Así crear leads puede repetirse sin riesgo.',
  },
  'org-unreachable': {
    title: '{host} no responde.',
    advice: 'Revise la dirección y la red. Syncline lo reintenta solo.',
  },
  'host-not-allowed': {
    title: '{host} no es una dirección de Salesforce.',
    advice:
      'Use su My Domain, como acme.my.salesforce.com. Otro servidor debe indicarlo su ingeniero al iniciar Syncline.',
  },
  'credentials-refused': {
    title: 'Salesforce rechazó las credenciales.',
    advice:
      'No dice qué parte está mal: usuario, contraseña y token, o clave y secreto de consumidor. No se reintentan solas, para no bloquear a nadie.',
  },
  'token-missing': {
    title: 'La contraseña es correcta; falta el token de seguridad o es antiguo.',
    advice: 'En Salesforce: Mi configuración, Restablecer mi token de seguridad. Llega por correo electrónico.',
  },
  'app-not-allowed': {
    title: 'La aplicación cliente externa no permite este flujo o este usuario.',
    advice: 'Active en la aplicación el flujo de credenciales de cliente y elija el usuario de sincronización.',
  },
  'private-key-wrong': {
    title: 'No es una clave privada que Salesforce acepte.',
    advice: 'Pegue una clave RSA de 2048 bits o más en PEM, sin cifrar: empieza por -----BEGIN PRIVATE KEY-----.',
  },
  'sign-in-mismatch': {
    title: 'Este inicio de sesión no comenzó en este navegador, o ya terminó.',
    advice: 'Pulse de nuevo Iniciar sesión con Salesforce y termine en menos de diez minutos en el mismo navegador.',
  },
  'sign-in-declined': {
    title: 'El acceso se rechazó en la ventana de Salesforce.',
    advice: 'Inicie sesión de nuevo como usuario de sincronización y elija Permitir.',
  },
  'sign-in-over': {
    title: 'El inicio de sesión web terminó: se revocó en Salesforce o caducó.',
    advice:
      'Inicie sesión con Salesforce de nuevo en Conectar. Los cambios esperan hasta entonces y no se pierde nada.',
  },
  'refresh-missing': {
    title: 'La aplicación permite a Syncline iniciar sesión una vez, pero no otra.',
    advice:
      'Añada a la aplicación el ámbito "Realizar solicitudes en cualquier momento (refresh_token, offline_access)" e inicie sesión de nuevo.',
  },
  'sandbox-mismatch': {
    title: 'Es un simulador para pruebas.',
    advice: 'Marque la casilla y pruebe de nuevo. Los simuladores inician sesión en test.salesforce.com.',
  },
  'production-mismatch': {
    title: 'No es un simulador para pruebas.',
    advice:
      'Deje la casilla sin marcar y pruebe de nuevo. Las organizaciones de producción inician sesión en login.salesforce.com.',
  },
  'password-expired': {
    title: 'La contraseña del usuario de sincronización ha caducado.',
    advice:
      'Ponga una nueva en Salesforce y escríbala en Conectar. Un usuario cuya contraseña nunca caduca evita esto.',
  },
  'user-locked': {
    title: 'El usuario de sincronización está bloqueado o inactivo.',
    advice: 'Desbloquéelo o actívelo en Salesforce y pruebe de nuevo.',
  },
  'login-restricted': {
    title: 'Salesforce no permite a este usuario iniciar sesión desde aquí o a esta hora.',
    advice: 'Revise el horario de inicio de sesión y los rangos de IP de su perfil.',
  },
  'api-disabled': {
    title: 'La API no está activada para el usuario de sincronización.',
    advice: 'Active «API activada» en su perfil o conjunto de permisos.',
  },
  'version-refused': {
    title: 'Salesforce ya no ofrece esta forma de iniciar sesión.',
    advice: 'Elija OAuth: credenciales de cliente en Conectar.',
  },
  'session-refused': {
    title: 'Salesforce cerró la sesión dos veces seguidas.',
    advice: 'Pruebe de nuevo la conexión. Si sigue igual, revise los ajustes de sesión de la organización.',
  },
  'limit-reached': {
    title: 'La organización ha gastado sus llamadas a la API de hoy.',
    advice: 'Syncline espera y sigue cuando haya llamadas. Lo que hay aquí se queda y no se pierde nada.',
  },
  'duplicate-over': {
    title: 'Ya nada espera esta decisión.',
    advice: 'Vuelva a cargar la página para ver qué fue del registro.',
  },
  'match-unknown': {
    title: 'Salesforce no nombró {id} como coincidencia.',
    advice: 'Elija una de las coincidencias de la lista.',
  },
  'match-taken': {
    title: '{id} ya es aquí la persona {person}.',
    advice: 'Abra esa persona y decida cuál de las dos se queda; esto no fusiona a dos personas de aquí.',
  },
  'save-not-allowed': {
    title: 'La regla de duplicados no permite guardarlo.',
    advice:
      'Vincúlelo a una coincidencia o pida al administrador de Salesforce que la regla avise en lugar de bloquear.',
  },
  'save-not-wanted': {
    title: 'Guardar duplicados está desactivado.',
    advice: 'Un administrador puede permitirlo en Ajustes, Valores predeterminados.',
  },
  'reason-missing': {
    title: 'Una baja solo se levanta con un motivo.',
    advice: 'Diga por qué se puede volver a escribir a la persona, o conserve el valor de Salesforce.',
  },
  'too-many-at-once': {
    title: 'La organización recibe demasiadas solicitudes a la vez.',
    advice:
      'Syncline espera unos segundos y sigue. Si persiste, averigüe qué otros programas piden mucho a la organización.',
  },
  'salesforce-busy': {
    title: 'Salesforce está ocupado o en mantenimiento.',
    advice: 'Syncline lo reintenta solo.',
  },
  'salesforce-refused': {
    title: 'Salesforce lo rechazó: {message}',
    advice: 'Syncline no conoce esta respuesta ({word}). Muéstrela a su administrador de Salesforce.',
  },
  'answer-not-understood': {
    title: '{host} respondió algo que no es de Salesforce.',
    advice: 'Revise la dirección. Puede haber en medio un proxy o una página de inicio de sesión.',
  },
  'job-failed': {
    title: 'Salesforce no pudo terminar el trabajo de {object}.',
    advice: 'Salesforce dijo: {message} Syncline lo inicia de nuevo.',
  },
  'bulk-aborted': {
    title: 'Alguien detuvo en Salesforce {count} trabajos masivos de Syncline.',
    advice:
      'Los conjuntos grandes esperan; los cambios sueltos siguen. Pregunte quién los detiene (en Configuración, Trabajos de carga de datos masivos: {jobs}) y pulse Reintentar.',
  },
  'field-gone': {
    title: 'El usuario de sincronización ya no puede leer {field} de {object}.',
    advice:
      'Devuélvale el acceso de lectura. Hasta entonces sus valores se quedan en ambos lados; todo lo demás sigue.',
  },
  'filter-field-gone': {
    title: 'El filtro de {object} pregunta por {field}, que el usuario de sincronización no puede leer.',
    advice:
      'Devuelva el acceso de lectura al usuario de sincronización o quite la condición del filtro. Hasta entonces {object} espera; todo lo demás continúa.',
  },
  'field-retyped': {
    title: 'En Salesforce, {field} de {object} es ahora otro tipo de campo.',
    advice:
      'Sus valores se quedan en ambos lados y no van a ninguna parte. Devuélvale allí su tipo anterior; todo lo demás sigue.',
  },
  'value-misfit': {
    title: '{field} llegó como «{value}» y su columna solo admite {type}.',
    advice:
      'Corrija el valor en Salesforce o pida a un ingeniero que amplíe la columna. Aquí el campo conserva su valor; el resto del registro sigue.',
  },
  'field-hidden': {
    title: 'El usuario de sincronización no puede ver {field}. Sin ese campo, {object} no se puede sincronizar.',
    advice: 'Dé al usuario de sincronización acceso de lectura a {field} de {object} y vuelva a leer.',
  },
  'person-not-found': {
    title: 'Aquí no hay ninguna persona {id}.',
    advice: 'Puede que se eliminara aquí. Busque a la persona.',
  },
  'already-in-salesforce': {
    title: 'Esta persona ya está en Salesforce.',
    advice: 'Sus cambios llegan allí por sí solos.',
  },
  'deleted-in-salesforce': {
    title: 'El registro de esta persona se eliminó en Salesforce.',
    advice: 'Recupérelo allí de la papelera; la persona de aquí lo sigue.',
  },
  'external-id-of-another': {
    title: 'El registro lleva el identificador externo de otra persona de aquí.',
    advice:
      'No se vincula nada de nuevo: el registro sigue con su persona. Vacíe el identificador externo en Salesforce o ponga allí el suyo.',
  },
  'merge-chain-too-long': {
    title: 'Salesforce dice que este registro se fusionó, y nunca en cuál.',
    advice: 'Mire el registro en Salesforce. Mientras no diga otra cosa, la persona de aquí queda como está.',
  },
  'email-matches': {
    title: 'Varios registros de Salesforce tienen este correo.',
    advice: 'Vincule la persona a uno de ellos, o deje que se cree su propio lead.',
  },
  'field-empty': {
    title: 'Salesforce exige {field} y está vacío.',
    advice: 'Rellénelo aquí. Después la persona se envía sola.',
  },
  'list-too-slow': {
    title: 'Leer esta lista lleva más de {seconds} s.',
    advice:
      'No se ha cambiado nada. Acótela por lo que tiene índice: el principio de un correo o de un nombre, o una vista.',
  },
  'field-unknown': {
    title: 'No hay ningún campo {field} que editar.',
    advice: 'Use los nombres de columna de marketing.person que muestra el mapa.',
  },
  'field-in-use': {
    title: '{field} está en uso, así que no se oculta.',
    advice:
      'Ponga todos sus sentidos en Sin sincronizar y quítelo de los filtros. Sus valores se quedan de todos modos.',
  },
  'type-misfit': {
    title: '{n} personas tienen un valor que el tipo nuevo no admite.',
    advice: 'Cambie o vacíe sus valores, o devuelva al campo su tipo anterior en Salesforce. No se ha cambiado nada.',
  },
  'field-masked': {
    title: '{field} está cifrado, y lo que se lee de él es una máscara.',
    advice: 'Déjelo fuera. Una máscara nunca debe guardarse como valor ni enviarse de vuelta.',
  },
  'field-read-only': { title: '{field} viene de Salesforce y no se edita aquí.', advice: 'Cámbielo en Salesforce.' },
  'value-wrong': { title: 'El valor no encaja en {field}.', advice: 'Contiene {type}.' },
  'conflict-not-found': {
    title: 'No existe el conflicto {id}.',
    advice: 'Los conflictos se conservan 90 días.',
  },
  'conflict-reversed': {
    title: 'Esta decisión ya se invirtió.',
    advice: 'Vea en la persona sus valores de ahora.',
  },
  'conflict-moved': {
    title: 'El campo ha cambiado desde esta decisión.',
    advice: 'Abra la persona y edite allí el campo.',
  },
  'action-not-found': {
    title: 'No existe la acción {id}.',
    advice: 'Las acciones se guardan tanto como el historial. Mire la persona.',
  },
  'request-key-used': {
    title: 'Esta clave de solicitud es de otra solicitud.',
    advice:
      'Envíe un Idempotency-Key nuevo con cada solicitud nueva, y el mismo solo para repetirla. No se ha hecho nada.',
  },
  'owner-wrong': {
    title: '{id} no es un usuario ni una cola.',
    advice: 'Elija un propietario de la lista.',
  },
  'contact-and-queue': {
    title: 'Un contacto no puede pertenecer a una cola.',
    advice: 'Elija un usuario. No se crea un segundo lead.',
  },
  'owner-refused': {
    title: 'Salesforce no acepta este propietario.',
    advice: 'Dice: «{message}». Elija un usuario activo que pueda tener esos registros, o una cola de leads.',
  },
  'action-no-right': {
    title: 'El usuario de sincronización no puede hacer esto con el registro.',
    advice:
      'Salesforce dice: «{message}». El registro debe compartirse con el usuario de sincronización, o dársele el permiso.',
  },
  'action-refused': {
    title: 'Salesforce lo rechazó.',
    advice: 'Dice: «{message}» ({word}). Corríjalo allí y repítalo.',
  },
  'lead-not-made': {
    title: 'El lead no se pudo crear, así que no se hizo nada más.',
    advice: 'Salesforce dice: «{message}» ({word}). Corríjalo y repítalo.',
  },
  'record-out-of-sight': {
    title: 'El usuario de sincronización no ve el registro.',
    advice: 'Se ocultó, o el filtro lo deja fuera. Haga que se vea y repítalo.',
  },
  'record-moved-on': {
    title: 'El registro acaba de eliminarse, fusionarse o convertirse en Salesforce.',
    advice: 'La persona de aquí lo sigue en un momento. Vuelva a mirar y decida.',
  },
  'not-in-salesforce': {
    title: 'Esta persona no tiene ningún registro en Salesforce.',
    advice: 'No hay nada que eliminar allí. Elimine la persona aquí, si es lo que quiere.',
  },
  'delete-nowhere': {
    title: 'No se ha dicho dónde eliminar.',
    advice: 'Elija Salesforce, aquí o ambos. Para olvidar a alguien, elimínelo aquí. No se ha eliminado nada.',
  },
  'account-unclear': {
    title: 'Varias cuentas se llaman {name}.',
    advice: 'Convierta este lead en la página de la persona y elija allí la cuenta.',
  },
  'set-empty': {
    title: 'Ya no coincide nadie.',
    advice: 'Mire la lista de nuevo. No se ha hecho nada.',
  },
  'set-too-large': {
    title: 'Son más de {max} personas.',
    advice: 'Acote la lista con un filtro y hágalo por partes. No se ha hecho nada.',
  },
  'count-wrong': {
    title: 'Son {n} personas.',
    advice: 'Escriba ese número para eliminar más de 50 a la vez. No se ha eliminado nada.',
  },
  'delete-refused': {
    title: 'Salesforce no eliminó el registro, así que la persona se queda.',
    advice: 'Dice: «{message}». Algo depende del registro, o una regla lo conserva. Corríjalo allí y repítalo.',
  },
  'person-in-use': {
    title: 'Una tabla propia se refiere a esta persona, así que la persona se queda.',
    advice: 'Quite esa fila, o haga que su clave elimine en cascada. Después elimine la persona de nuevo.',
  },
  'already-contact': {
    title: 'Esta persona ya es un contacto.',
    advice: 'No hay nada que convertir.',
  },
  'status-not-converted': {
    title: 'El estado «{status}» no significa convertido.',
    advice: 'Elija un estado de leads que Salesforce marque como convertido. No se ha hecho nada.',
  },
  'contact-wins': {
    title: 'De un contacto y un lead, permanece el contacto.',
    advice: 'Salesforce convierte leads en contactos y nunca al revés. Elija el contacto. No se ha fusionado nada.',
  },
  'record-wins': {
    title: 'Permanece quien está en Salesforce.',
    advice: 'Elija la persona que tiene un registro; lo que quiera de la otra se puede tomar. No se ha fusionado nada.',
  },
  'merge-with-itself': {
    title: 'Una persona no se puede fusionar consigo misma.',
    advice: 'Elija dos personas. Puede que estas ya sean una sola. No se ha fusionado nada.',
  },
  'merge-value-wrong': {
    title: 'El campo {field} no se puede elegir así.',
    advice: 'Elija el valor de una de estas personas, de un campo que se pueda editar. No se ha fusionado nada.',
  },
  'contact-without-account': {
    title: 'El contacto no pertenece a ninguna cuenta.',
    advice:
      'Salesforce solo convierte un lead en un contacto que tenga cuenta. Asigne una al contacto allí y fusione de nuevo.',
  },
  'soap-refused': {
    title: 'Este inicio de sesión no puede convertir leads ni fusionar registros.',
    advice:
      'Salesforce solo lo hace por SOAP, que no acepta tokens con forma de JWT. Haga que la aplicación emita tokens opacos. No se ha hecho nada.',
  },
  'pair-standard': {
    title: '{field} es un campo estándar; su pareja no cambia.',
    advice: 'Una y separe campos personalizados. De un campo estándar puede elegir sentido y política.',
  },
  'pair-types-differ': {
    title: '{left} no puede unirse a {right}.',
    advice: 'Ambos deben contener el mismo tipo de valor.',
  },
  'filter-wrong': {
    title: 'La condición sobre {field} no es apropiada.',
    advice: 'Elija lo que se puede preguntar del campo, con un valor de su tipo.',
  },
  'pair-taken': {
    title: '{field} ya está unido.',
    advice: 'Separe antes esa pareja.',
  },
  'pair-missing': {
    title: '{left} y {right} no están unidos.',
    advice: 'Vuelva a mirar el mapa; quizá alguien separó la pareja.',
  },
  'field-not-sendable': {
    title: 'Salesforce no permite escribir en {field}.',
    advice: 'Dé al usuario de sincronización permiso para editarlo o déjelo solo desde Salesforce.',
  },
  'opt-out-locked': {
    title: '{field} es una baja.',
    advice: 'Una baja gana, venga del lado que venga; su sentido y su política están fijados.',
  },
  'change-not-found': {
    title: 'No hay ningún borrador {id} del mapa.',
    advice: 'Quizá se aplicó o se descartó entretanto. Mire el mapa.',
  },
  'dry-run-first': {
    title: 'Estos cambios no tienen prueba.',
    advice: 'Pruébelos antes: la prueba dice qué cambiaría y no cambia nada.',
  },
  'data-moved': {
    title: 'Los datos cambiaron desde la prueba: {n} registros difieren.',
    advice: 'Repítala.',
  },
  'initial-sync-runs': {
    title: 'La sincronización inicial está en curso.',
    advice: 'El mapa podrá cambiarse cuando termine.',
  },
  'braked-in': {
    title: 'Mucho de {object} cambió a la vez en Salesforce. {waiting} más esperan su respuesta.',
    advice: 'Mire la muestra y después acepte los cambios o conserve los nuestros. Todo lo demás sigue.',
  },
  'braked-out': {
    title: 'Mucho de {object} cambió aquí a la vez. {waiting} más esperan su respuesta.',
    advice: 'Mire la muestra y después envíe los cambios o retírelos. Todo lo demás sigue.',
  },
  'database-restored': {
    title: 'La base de datos se restauró o pasó a otra réplica.',
    advice:
      'No se envía nada hasta leer lo que cambió en Salesforce desde entonces. Lo que podría sobrescribir algo más nuevo queda retenido para usted; el resto sigue solo.',
  },
  'cursor-ahead': {
    title: 'Lo último que se leyó de {object} va por delante de la hora de Salesforce.',
    advice:
      'Leer y enviar esperan. Compruebe que es la misma organización y después mande leerlo todo de nuevo: lo que difiera se decide según las reglas de la asignación.',
  },
  'brake-answered': {
    title: 'Esta pregunta ya tiene respuesta.',
    advice: 'Mire de nuevo: otra persona puede haberlo decidido ahora mismo.',
  },
  'undo-not-found': {
    title: 'No hay ninguna operación de deshacer {id}.',
    advice: 'Lo terminado se conserva un tiempo y después desaparece.',
  },
  'undo-nothing': {
    title: 'Aquí no hay nada que se pueda deshacer.',
    advice:
      'No cambió ningún valor de una persona, o se envió antes de que Syncline guardara lo que hace falta. Edite las personas a mano. No se cambió nada.',
  },
  'undo-too-soon': {
    title: 'Esto sigue en marcha.',
    advice: 'Espere a que termine y mire de nuevo. No se cambió nada.',
  },
  'undo-count-wrong': {
    title: 'Esto cambia {n} personas.',
    advice: 'Mírelas y después indique ese número para cambiar más de 50 de una vez. No se cambió nada.',
  },
  'sync-disabled': {
    title: 'La sincronización de fondo está desactivada.',
    advice: 'Actívela en Ajustes, Sincronización.',
  },
  'bad-request': { title: 'La solicitud está incompleta o mal formada.', advice: 'Revise {where}.' },
  'too-large': { title: 'La solicitud es demasiado grande.', advice: 'Envíe menos de una vez.' },
  'not-found': { title: 'En esta dirección no hay nada.', advice: 'Revise la dirección o vaya al inicio.' },
  stopping: {
    title: 'Syncline se está deteniendo.',
    advice: 'Termina lo que tiene entre manos. Pruebe de nuevo en un momento.',
  },
  bug: {
    title: 'Algo falló dentro de Syncline.',
    advice: 'Pruebe de nuevo. Si sigue igual, dé a su ingeniero el id de la solicitud.',
  },
};
