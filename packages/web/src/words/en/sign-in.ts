/** Signing in, in English. */
import { f } from './nouns.ts';

export const enSignIn = {
  signIn: {
    title: 'Sign in',
    firstTitle: 'Create the first administrator',
    firstLead: 'This page works once, from the link that the server printed.',
    needLink: 'Nobody can sign in yet. Open the link that the server printed when it started.',
    needLinkMore: 'It is in the terminal where Syncline runs. It works once and makes you its first administrator.',
    name: 'Name',
    email: 'E-mail',
    password: 'Password',
    passwordFirst: 'Password, 12 or more characters',
    language: 'Language',
    create: 'Create and sign in',
    signIn: 'Sign in',
    tooShort: (n: number) => `12 characters or more. This has ${f.number(n)}.`,
    needed: (label: string) => `${label} is needed.`,
    emailWrong: 'An e-mail address has an @.',
    toSummary: 'Please check:',
    tagline: 'Your marketing database and Salesforce, the same all day.',
  },
};

export type SignInWords = typeof enSignIn;
