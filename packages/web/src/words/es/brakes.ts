/** The brake, in Spanish. */
import type { BrakeWords } from '../en/brakes.ts';
import { deLas, f, records } from './nouns.ts';

export const esBrakes: BrakeWords = {
  brakes: {
    title: 'Cambios masivos',
    lead: 'Cuando mucho de un objeto cambia a la vez, el resto espera hasta que responda un administrador. Esperar no decide nada.',
    none: 'Nada espera respuesta.',
    homeTitle: {
      in: (object, n) =>
        `${object}: mucho cambió a la vez en Salesforce. ${n === 1 ? 'Espera' : 'Esperan'} ${records(n)}.`,
      out: (object, n) => `${object}: mucho cambió aquí a la vez. ${n === 1 ? 'Espera' : 'Esperan'} ${records(n)}.`,
    },
    homeAdvice: 'Todo lo demás sigue. Mire una muestra y responda.',
    look: 'Mirar y responder',
    stopped: {
      in: (object) => `${object}, desde Salesforce`,
      out: (object) => `${object}, hacia Salesforce`,
    },
    counted: (n, people, time) =>
      people === 0
        ? `${records(n)} ${n === 1 ? 'cambió' : 'cambiaron'} antes ${deLas(time)}.`
        : `${records(n)} de ${f.number(people)} ${n === 1 ? 'cambió' : 'cambiaron'} antes ${deLas(time)}.`,
    most: (n) => `Sin preguntar no pasan más de ${f.number(n)}. El límite está en Ajustes, Sincronización.`,
    waiting: (n) => `${records(n)} ${n === 1 ? 'espera' : 'esperan'}.`,
    goesOn: {
      in: 'Las bajas se aceptan igualmente, los demás objetos siguen y los cambios hechos aquí se envían.',
      out: 'Las bajas y los cambios urgentes se envían igualmente, y los demás objetos siguen.',
    },
    verbs: {
      accept: (n) => `Tomar ${f.number(n)} de Salesforce`,
      keep: (_n) => 'Conservar los nuestros y devolverlos',
      send: (n) => `Enviar ${f.number(n)}`,
      withdraw: (n) => `Retirar ${f.number(n)}`,
    },
    consequences: {
      accept: 'Se leen y se deciden según las reglas de la asignación, como cualquier otro cambio.',
      keep: 'De lo que cambió en Salesforce hasta ahora quedan nuestros valores, que se devuelven a Salesforce. Las bajas se aceptan igualmente. A un registro eliminado allí no se le puede enviar nada: su persona queda aquí, y un administrador puede restaurarlo desde la papelera.',
      send: 'Se envían como cualquier otro cambio.',
      withdraw:
        'No se envía nada de ello. Las personas recuperan lo que tiene Salesforce, y el historial de cada persona guarda lo retirado.',
    },
    done: {
      accept: (n) => `${n === 1 ? 'Se toma' : 'Se toman'} ${records(n)} de Salesforce.`,
      keep: (n) => `Quedan nuestros valores. ${n === 1 ? 'Se devuelve' : 'Se devuelven'} ${records(n)}.`,
      send: (n) => `${n === 1 ? 'Se envía' : 'Se envían'} ${records(n)}.`,
      withdraw: (n) => `${n === 1 ? 'Se retiró' : 'Se retiraron'} ${records(n)}.`,
    },
    statements: 'Origen',
    statement: (n, time, fields) => `Una sentencia ${deLas(time)}: ${records(n)}, ${fields}`,
    sample: (n) => (n === 1 ? 'El primero de ellos' : `Los primeros ${f.number(n)}`),
    sampleLabel: 'muestra',
    record: 'Registro',
    change: 'Cambio',
    becomes: 'pasa a',
    changedBy: 'Cambiado por',
    gone: 'Eliminado en Salesforce o fuera de la vista',
    answered: 'Respondidos',
    what: 'Qué se detuvo',
    records: 'Registros',
    answer: 'Respuesta',
    by: 'Por',
    at: 'Cuándo',
    answers: {
      accept: 'Tomado de Salesforce',
      keep: 'Conservado lo nuestro',
      send: 'Enviado',
      withdraw: 'Retirado',
    },
  },
};
