import { seenObjects } from '../rest/describes.ts';
import { elements } from '../xml/write.ts';
import type { Operating } from './operating.ts';

const apps = [
  {
    label: 'Sales',
    id: '02u8x0000000001AAA',
    objects: ['Lead', 'Account', 'Contact', 'Opportunity', 'Campaign', 'Task'],
  },
  { label: 'Marketing', id: '02u8x0000000002AAA', objects: ['Campaign', 'Lead', 'Contact'] },
];

interface TabSource {
  readonly name: string;
  readonly label: string;
  readonly custom: boolean;
  readonly keyPrefix: string | null;
}

function tab({ name, label, custom, keyPrefix }: TabSource, url: string): Readonly<Record<string, unknown>> {
  const icon = `${url}/img/icon/t4v35/standard/${name.toLowerCase()}.svg`;
  return {
    colors: [{ color: '1d5fb8', context: 'primary', theme: 'theme4' }],
    custom,
    iconUrl: `${url}/img/icon/${name.toLowerCase()}32.png`,
    icons: [{ contentType: 'image/svg+xml', height: 0, theme: 'theme4', url: icon, width: 0 }],
    label,
    miniIconUrl: `${url}/img/icon/${name.toLowerCase()}16.png`,
    name: `standard-${name}`,
    sobjectName: name,
    url: `${url}/${keyPrefix ?? ''}/o`,
  };
}

/** describeTabs: the org's apps with their tabs; describeAllTabs: every tab there is. */
export function tabsXml({ org, session }: Operating, all = false): string {
  const seen = seenObjects(org, session.user).filter(({ describe }) => describe.layoutable);
  const tabs = new Map(
    seen.map(({ name, describe }) => [
      name,
      tab({ name, label: describe.labelPlural, custom: describe.custom, keyPrefix: describe.keyPrefix }, org.url()),
    ]),
  );
  if (all) return [...tabs.values()].map((one) => `<result>${elements(one)}</result>`).join('');
  return apps
    .map((app, at) => {
      const set = {
        description: app.label,
        label: app.label,
        logoUrl: `${org.url()}/img/logo214.svg`,
        selected: at === 0,
        tabSetId: app.id,
        tabs: app.objects.flatMap((name) => tabs.get(name) ?? []),
      };
      return `<result>${elements(set)}</result>`;
    })
    .join('');
}
