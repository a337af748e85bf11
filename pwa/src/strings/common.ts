import type { Text } from './t.ts'

/** What more than one screen says. */
export const COMMON = {
  'common.back': 'Back',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.continue': 'Continue',
  'common.copied': 'Copied.',
  'common.copyFailed': 'This browser did not let it be copied. Mark it and copy it by hand.',
  'common.dismiss': 'Dismiss',
  'common.done': 'Done',
  'common.hide': 'Hide',
  'common.loading': 'Loading …',
  'common.save': 'Save',
  'common.show': 'Show',
  'common.tryAgain': 'Try again',
  'common.undo': 'Undo',
  'common.code': 'Code: {code}',
  'common.thisDevice': 'this device',
  'common.justNow': 'just now',

  'nav.label': 'Holdfast',
  'nav.skip': 'Skip to the content',
  'nav.files': 'Files',
  'nav.activity': 'Activity',
  'nav.devices': 'Devices',
  'nav.you': 'You',

  'title.app': 'Holdfast',
  'title.page': '{title} · Holdfast',

  'boot.starting': 'Opening Holdfast …',
  'failed.title': 'Holdfast cannot open',
  'failed.text': 'Nothing was deleted. What is stored in this browser stays as it is.',
  'failed.reload': 'Load again',
  'notFound.title': 'There is nothing here',
  'notFound.text': 'This address leads nowhere in the app.',
  'notFound.action': 'Go to your files',
  'broken.title': 'This screen stopped working',
  'broken.text': 'An error in Holdfast itself. Your files are not affected.',

  'state.label': 'State: {state}',
  'state.up-to-date': 'Up to date',
  'state.syncing': 'Syncing',
  'state.waiting': 'Waiting for a device',
  'state.needs-you': 'Needs you',
  'state.off': 'Off',
  'state.connecting': 'Connecting …',
  'state.unknown': 'Looking …',
  'state.up-to-date.text': 'Everything is where it should be.',
  'state.syncing.text': 'Things are on their way. Keep this open until they have arrived.',
  'state.waiting.text': 'None of your other devices can be reached now. It is tried again by itself.',
  'state.waiting.alone': 'There is no other device or relay yet, so everything is on this device only.',
  'state.needs-you.text': 'Something does not mend itself.',
  'state.off.text': 'Nothing is sent or brought in now.',
  'state.connecting.text': 'Looking for your other devices and relays.',
  'state.unknown.text': 'Looking at how things are.',
  'state.only-here': {
    one: 'Nothing is on its way, but {count} file is only on this device.',
    other: 'Nothing is on its way, but {count} files are only on this device.'
  },
  'state.conflicts': {
    one: '{count} file was changed in two places. Both contents are kept.',
    other: '{count} files were changed in two places. Both contents are kept.'
  },
  'state.offline': 'This device has no network. What is here still opens; changes are sent when it is back.',
  'state.while-open': 'Syncs while Holdfast is open.',
  'state.add-relay': 'Add a relay',
  'state.see-devices': 'See the devices',
  'state.see-conflicts': 'See the conflicts',
  'state.problems': 'What needs you'
} as const satisfies Readonly<Record<string, Text>>
