/** Texts and files: e-mail templates, folders, attachments. */
import {
  checkbox,
  datetime,
  fieldDefaults,
  id,
  integer,
  isDeleted,
  numeric,
  picklist,
  readOnly,
  reference,
  required,
  stamps,
  text,
  textarea,
  values,
} from './build.ts';
import { object } from './object.ts';

const setup = { layoutable: false, mruEnabled: false, undeletable: false, searchLayoutable: false } as const;

export const folder = object(
  'Folder',
  'Folder',
  'Folders',
  '00l',
  [
    id('Folder ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    text('DeveloperName', 'Folder Unique Name', 80),
    picklist('AccessType', 'Access Type', values('Public*', 'Hidden', 'Shared', 'PublicInternal'), required),
    checkbox('IsReadonly', 'Read Only'),
    picklist('Type', 'Type', values('Email', 'Document', 'Report', 'Dashboard'), required),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    ...stamps(),
  ],
  { ...setup, searchable: false },
);

export const emailTemplate = object(
  'EmailTemplate',
  'Email Template',
  'Email Templates',
  '00X',
  [
    id('Email Template ID'),
    text('Name', 'Email Template Name', 80, { ...required, nameField: true }),
    text('DeveloperName', 'Template Unique Name', 80, required),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    reference('OwnerId', 'Owner ID', ['User'], 'Owner', { defaultedOnCreate: true }),
    reference('FolderId', 'Folder ID', ['Folder', 'Organization', 'User'], 'Folder'),
    picklist('TemplateStyle', 'Style', values('none*', 'freeForm', 'formalLetter', 'newsletter'), {
      defaultedOnCreate: true,
    }),
    checkbox('IsActive', 'Available For Use'),
    picklist('TemplateType', 'Template Type', values('text*', 'html', 'custom', 'visualforce'), {
      defaultedOnCreate: true,
    }),
    picklist('Encoding', 'Encoding', values('UTF-8*', 'ISO-8859-1'), { defaultedOnCreate: true }),
    textarea('Description', 'Description', 255),
    text('Subject', 'Subject', 255),
    textarea('HtmlValue', 'HTML Value', 384_000),
    textarea('Body', 'Email Body', 384_000),
    integer('TimesUsed', 'Times Used', readOnly),
    datetime('LastUsedDate', 'Last Used Date', readOnly),
    ...stamps(),
    numeric('ApiVersion', 'API Version', 'double', 18, 1),
    textarea('Markup', 'Markup', 1_048_576),
    picklist('UiType', 'UI Type', values('Aloha*', 'SFX', 'SFX_Sample'), { defaultedOnCreate: true }),
    picklist('RelatedEntityType', 'Related Entity Type', values('Lead', 'Contact', 'Account', 'Opportunity', 'Case')),
  ],
  setup,
);

/** A file that hangs on a record; its bytes are base64 here and are sent as they are by `.../Body`. */
export const attachment = object(
  'Attachment',
  'Attachment',
  'Attachments',
  '00P',
  [
    id('Attachment ID'),
    isDeleted(),
    reference(
      'ParentId',
      'Parent ID',
      ['Account', 'Campaign', 'Case', 'Contact', 'Lead', 'Opportunity', 'Task'],
      'Parent',
      {
        ...required,
        updateable: false,
        cascadeDelete: true,
      },
    ),
    text('Name', 'File Name', 255, { ...required, nameField: true }),
    checkbox('IsPrivate', 'Private'),
    text('ContentType', 'Content Type', 120),
    integer('BodyLength', 'Body Length', readOnly),
    {
      ...fieldDefaults,
      ...required,
      name: 'Body',
      label: 'Body',
      type: 'base64',
      soapType: 'xsd:base64Binary',
      aggregatable: false,
      filterable: false,
      groupable: false,
      sortable: false,
    },
    reference('OwnerId', 'Owner ID', ['User'], 'Owner', { defaultedOnCreate: true }),
    ...stamps(),
    text('Description', 'Description', 500),
  ],
  { searchable: false, mruEnabled: false, layoutable: false },
);
