/** Names, streets and jobs in several languages and scripts, from a seed: the same seed says the same people. */

import type { Faker } from '@faker-js/faker';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as spanish } from '@faker-js/faker/locale/es';
import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as hebrew } from '@faker-js/faker/locale/he';
import { faker as japanese } from '@faker-js/faker/locale/ja';
import { faker as polish } from '@faker-js/faker/locale/pl';
import { faker as swedish } from '@faker-js/faker/locale/sv';

interface Tongue {
  readonly faker: Faker;
  readonly country: string;
  /** Of a hundred people, how many speak it. */
  readonly share: number;
}

const tongues: readonly Tongue[] = [
  { faker: english, country: 'United States', share: 58 },
  { faker: spanish, country: 'Spain', share: 12 },
  { faker: french, country: 'France', share: 8 },
  { faker: german, country: 'Germany', share: 8 },
  { faker: polish, country: 'Poland', share: 5 },
  { faker: swedish, country: 'Sweden', share: 4 },
  { faker: japanese, country: 'Japan', share: 3 },
  { faker: hebrew, country: 'Israel', share: 2 },
];

export interface Human {
  readonly firstName: string;
  readonly lastName: string;
  /** At example.com, example.org or example.net. */
  readonly email: string;
  readonly title: string;
  readonly street: string;
  readonly city: string;
  readonly state: string | null;
  readonly postalCode: string;
  readonly country: string;
}

/** Chances and choices of one seed. All randomness of the demo comes from here. */
export class World {
  readonly #dice = english;

  constructor(seed: number) {
    for (const { faker } of tongues) faker.seed(seed);
  }

  /** True in `share` of a hundred calls. */
  chance(share: number): boolean {
    return this.number(0, 99) < share;
  }

  number(min: number, max: number): number {
    return this.#dice.number.int({ min, max });
  }

  pick<T>(from: readonly T[]): T {
    return this.#dice.helpers.arrayElement(from);
  }

  /** Null in `share` of a hundred calls: the gaps that real data has. */
  gap<T>(share: number, make: () => T): T | null {
    const value = make();
    return this.chance(share) ? null : value;
  }

  sentence(): string {
    return this.#dice.lorem.sentence();
  }

  paragraphs(): string {
    return this.#dice.lorem.paragraphs(this.number(1, 3), '\n');
  }

  /** A number nobody has: 555-01xx is kept for stories. */
  phone(): string {
    return `(${this.number(201, 989)}) 555-01${String(this.number(0, 99)).padStart(2, '0')}`;
  }

  company(): string {
    return this.#tongue().faker.company.name().slice(0, 200);
  }

  human(): Human {
    const { faker, country } = this.#tongue();
    const firstName = faker.person.firstName().slice(0, 40);
    const lastName = faker.person.lastName().slice(0, 80);
    return {
      firstName,
      lastName,
      email: this.#email(firstName, lastName),
      title: english.person.jobTitle().slice(0, 120),
      street: faker.location.streetAddress().slice(0, 255),
      city: faker.location.city().slice(0, 40),
      state: country === 'United States' ? english.location.state() : null,
      postalCode: faker.location.zipCode().slice(0, 20),
      country,
    };
  }

  #email(firstName: string, lastName: string): string {
    const plain = (name: string) =>
      name
        .normalize('NFKD')
        .replace(/[^a-zA-Z]/g, '')
        .toLowerCase();
    const local = [plain(firstName), plain(lastName)].filter(Boolean).join('.') || 'person';
    return `${local.slice(0, 40)}${this.number(1, 999)}@${this.pick(['example.com', 'example.org', 'example.net'])}`;
  }

  #tongue(): Tongue {
    let at = this.number(0, 99);
    for (const tongue of tongues) {
      at -= tongue.share;
      if (at < 0) return tongue;
    }
    return tongues[0] as Tongue;
  }
}
