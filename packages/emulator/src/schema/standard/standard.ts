/**
 * The objects every org has, described by hand: what no describe file describes is taken from here (design, "Loading an
 * export"). The list is in the order parents before children, so that rows may be loaded in it.
 */
import type { ObjectDescribe } from '../schema.ts';
import { account } from './account.ts';
import { group, organization, profile, recordType, user, userRole } from './administration.ts';
import { campaign, campaignMember, campaignMemberStatus } from './campaign.ts';
import { caseObject } from './case.ts';
import { contact } from './contact.ts';
import { attachment, emailTemplate, folder } from './documents.ts';
import { event } from './event.ts';
import { lead } from './lead.ts';
import { opportunity, opportunityContactRole } from './opportunity.ts';
import { fieldPermissions, objectPermissions, permissionSet, permissionSetAssignment } from './permissions.ts';
import { assignmentRule, groupMember, queueSobject } from './queues.ts';
import { dashboard, listView, report } from './reports.ts';
import { task } from './task.ts';
import { caseStatus, leadStatus, opportunityStage, taskPriority, taskStatus } from './values.ts';

export const standardObjects: readonly ObjectDescribe[] = [
  organization,
  profile,
  userRole,
  user,
  group,
  groupMember,
  queueSobject,
  assignmentRule,
  recordType,
  permissionSet,
  permissionSetAssignment,
  objectPermissions,
  fieldPermissions,
  account,
  campaign,
  campaignMemberStatus,
  contact,
  leadStatus,
  lead,
  campaignMember,
  opportunityStage,
  opportunity,
  opportunityContactRole,
  caseStatus,
  caseObject,
  taskStatus,
  taskPriority,
  task,
  event,
  folder,
  emailTemplate,
  attachment,
  listView,
  report,
  dashboard,
];
