import type { Text } from './t.ts'

/** Devices and relays of this account. */
export const DEVICES = {
  'devices.title': 'Devices',
  'devices.add': 'Add a device',
  'devices.yours': 'Your devices',
  'devices.this': 'This device',
  'devices.nameless': 'A device without a name',
  'devices.connected': 'Connected',
  'devices.direct': 'direct',
  'devices.through': 'through {relay}',
  'devices.seen': 'Last seen {when}',
  'devices.unseen': 'Has not synced with this device yet',
  'devices.notDirectly': 'Not met directly yet: changes come by way of a relay',
  'devices.neverHere': 'Has never been here',
  'devices.neverHere.text': 'It was let in and not seen since. If setting it up was interrupted, remove it.',
  'devices.alone.title': 'Only this device',
  'devices.alone.text': 'Add a laptop or phone, so that a lost device loses nothing.',
  'devices.menu': 'More about {name}',
  'devices.remove': 'Remove from my devices …',
  'devices.relays': 'Relays',
  'devices.relays.none': 'No relay yet',
  'devices.relays.none.text':
    'A relay is a small computer that is always on. It keeps a sealed copy and passes changes on; it can read nothing.',
  'devices.relay.nameless': 'A relay without a name',
  'devices.relay.held': {
    one: 'holds {held} of {count} version of files',
    other: 'holds {held} of {count} versions of files'
  },
  'devices.relay.empty': 'holds nothing yet',
  'devices.relay.inStep': 'has every change',
  'devices.relay.behind': 'lacks the newest changes',
  'devices.relay.away': 'Away for long',
  'devices.relay.onlyThere': { one: '{count} of them is only there', other: '{count} of them are only there' },
  'devices.relay.add': 'Add a relay',
  'devices.relay.code': 'Invitation code of the relay',
  'devices.relay.code.hint': 'The relay shows it on: holdfast-relay invite',
  'devices.relay.code.missing': 'Paste the whole code.',
  'devices.relay.add.lead': 'It will keep a sealed copy of your vault and can read none of it.',
  'devices.relay.kit':
    'Add this line to your recovery kit: with it the words bring back from this relay what it keeps. The words stay the same.',
  'devices.relay.kit.copy': 'Copy the line',
  'devices.relay.kit.whole': 'Put it into the kit',
  'devices.relay.adding': 'Asking the relay …',
  'devices.relay.added': '{name} keeps a sealed copy from now on.',
  'devices.storage': '{bytes} sealed here',
  'devices.verified': 'Checked {when}',
  'devices.unverified': 'Not checked yet',
  'devices.relay.used': 'uses {used}',
  'devices.relay.room': 'uses {used} of {quota}',
  'devices.check': 'Check everything',
  'devices.checking': 'Checking …',
  'devices.checked': 'Everything that lies here is whole, and the relays that could be asked showed what they hold.',
  'devices.copies': 'Where your files are',
  'devices.copies.more': {
    one: '{count} file is in two places or more',
    other: '{count} files are in two places or more'
  },
  'devices.copies.one': { one: '{count} file is in one place only', other: '{count} files are in one place only' },
  'devices.copies.none': { one: '{count} file is nowhere in reach', other: '{count} files are nowhere in reach' },
  'devices.copies.onlyHere': {
    one: '{count} of them is only on this device',
    other: '{count} of them are only on this device'
  },
  'devices.copies.empty': 'There are no files yet.',

  'revoke.title': 'Remove “{name}”',
  'revoke.text': 'It gets nothing new from now on. What it already has stays on it.',
  'revoke.others': 'Devices that only it has let in go with it; you are asked before that.',
  'revoke.type': 'Type its name to confirm: {name}',
  'revoke.alike': 'Another device has the same name. This one is {name}.',
  'revoke.mismatch': 'This is not its name.',
  'revoke.confirm': 'Remove it',
  'revoke.working': 'Removing …',
  'revoke.question': 'Remove all of these?',
  'revoke.done.informed': {
    one: '{name} was removed; {count} relay knows it.',
    other: '{name} was removed; {count} relays know it.'
  },
  'revoke.uninformed': '{name} was removed here. Relays learn of it when they are met.'
} as const satisfies Readonly<Record<string, Text>>
