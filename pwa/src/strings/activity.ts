import type { Text } from './t.ts'

/** What Activity says. */
export const ACTIVITY = {
  'activity.title': 'Activity',
  'activity.transfers': 'On the way',
  'activity.pause': 'Pause',
  'activity.resume': 'Go on',
  'activity.paused': 'Paused. Nothing is sent or brought until you go on.',
  'activity.up': 'Sending',
  'activity.down': 'Bringing',
  'activity.progress': '{done} of {total}',
  'activity.idle': 'Nothing is being sent or brought now.',
  'activity.waiting': {
    one: '{count} piece is still with another device and comes when it is reached.',
    other: '{count} pieces are still with other devices and come when they are reached.'
  },
  'activity.sums': 'Since this page was opened: {received} brought, {sent} sent.',
  'activity.open': 'Syncs while Holdfast is open.',

  'activity.conflicts': 'Changed in two places',
  'activity.conflicts.text':
    'Two devices changed these files without knowing of each other. Both contents are kept until you choose, and the one you do not choose stays among the versions.',
  'activity.conflict.one': 'One of two',
  'activity.conflict.this': 'From this device',
  'activity.conflict.from': 'From {device}',
  'activity.conflict.unknown': 'From a device that is not known',
  'activity.conflict.preview': 'What it says',
  'activity.conflict.open': 'Open',
  'activity.conflict.keep': 'Keep this one',
  'activity.conflict.keep.this': 'Keep mine',
  'activity.conflict.keep.other': 'Keep theirs',
  'activity.conflict.keep.from': 'Keep the one from {device}',
  'activity.conflict.both': 'Keep both',
  'activity.conflict.settled': 'Settled. The other content is among the versions.',
  'activity.conflict.settled.both': 'Both are kept, each as a file of its own.',
  'activity.conflict.noPreview': 'Not shown here: open it to look at it.',
  'activity.conflict.tooLarge': 'Too large to be shown here: open it to look at it.',

  'activity.log': 'Lately changed',
  'activity.log.text':
    'The {count} files changed last, by the time their devices gave. What was moved does not show here; what was deleted is below.',
  'activity.log.today': 'Today',
  'activity.log.yesterday': 'Yesterday',
  'activity.log.by': 'by {name}, on {device}',
  'activity.log.own': 'on {device}',
  'activity.log.empty': 'Nothing yet. Files that you or your other devices add or change appear here.',
  'activity.log.more': 'Show earlier ones',

  'activity.deleted': 'Deleted',
  'activity.deleted.show': 'Show what was deleted',
  'activity.deleted.text': {
    one: 'One file was deleted and can be brought back.',
    other: '{count} files were deleted and can be brought back.'
  },
  'activity.deleted.empty': 'Nothing was deleted that could be brought back.',
  'activity.deleted.restore': 'Bring back',
  'activity.deleted.back': 'It is back where it was.',
  'activity.deleted.more': 'Show more'
} as const satisfies Readonly<Record<string, Text>>
