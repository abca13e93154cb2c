/** Signing in, in Spanish, formal (usted). */
import type { SignInWords } from '../en/sign-in.ts';
import { f } from './nouns.ts';

export const esSignIn: SignInWords = {
  signIn: {
    title: 'Iniciar sesión',
    firstTitle: 'Cree el primer administrador',
    firstLead: 'Esta página funciona una sola vez, con el enlace que mostró el servidor.',
    needLink: 'Aún nadie puede iniciar sesión. Abra el enlace que mostró el servidor al arrancar.',
    needLinkMore: 'Está en la terminal donde se ejecuta Syncline. Funciona una vez y le hace su primer administrador.',
    name: 'Nombre',
    email: 'Correo electrónico',
    password: 'Contraseña',
    passwordFirst: 'Contraseña, 12 caracteres o más',
    language: 'Idioma',
    create: 'Crear e iniciar sesión',
    signIn: 'Iniciar sesión',
    tooShort: (n) => `12 caracteres o más. Esta tiene ${f.number(n)}.`,
    needed: (label) => `Hace falta: ${label}.`,
    emailWrong: 'Un correo electrónico lleva una @.',
    toSummary: 'Revise:',
    tagline: 'Su base de datos de marketing y Salesforce, iguales todo el día.',
  },
};
