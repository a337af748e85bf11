import type { Text } from './t.ts'

/** Coming back by the recovery kit, and looking after it. */
export const RECOVER = {
  'recover.title': 'Bring your vault back',
  'recover.lead': 'With the recovery kit and a relay that kept your vault, this device gets everything back.',
  'recover.file': 'Open the kit’s file',
  'recover.words': 'The kit, or its 24 words',
  'recover.words.hint': 'In order. Numbers and line breaks between them do not matter.',
  'recover.words.missing': 'Type all 24 words, or paste the whole kit.',
  'recover.relay': 'The line of a relay',
  'recover.relay.hint': 'As the kit has it. It begins with relay, and has an address with /ws or /webrtc-direct.',
  'recover.relay.missing': 'The words say nothing of where your vault is kept: a relay has to be named.',
  'recover.protect.lead':
    'The passphrase seals your keys on this device. It may differ from the one on devices you had.',
  'recover.start': 'Bring it back',
  'recover.working': 'Asking your relays …',
  'recover.working.text': 'Names and keys come first. What is in the files comes when you open them.',
  'recover.failed': 'Your vault was not brought back',
  'recover.other': 'Change the kit or the relay',
  'recover.less.title': 'There was more once',
  'recover.less.text':
    'If no other relay of yours is left, you can take what these have. What they lost does not come back by it.',
  'recover.less': 'Take what is left',
  'kitCheck.title': 'Recovery kit',
  'kitCheck.lead': 'Give the kit once more: it is compared with your vault and your relays, and nothing of it is kept.',
  'kitCheck.check': 'Check it',
  'kitCheck.checking': 'Asking your relays …',
  'kitCheck.fits': 'These are the words of your vault.',
  'kitCheck.works': 'Your relays keep what the words open: everything would come back.',
  'kitCheck.noRelay': 'But there is no relay that keeps your vault, so there is nothing to bring back yet. Add one.',
  'kitCheck.lacking': {
    one: 'It does not name {count} of your relays. Save it whole, and throw the old one away.',
    other: 'It does not name {count} of your relays. Save it whole, and throw the old one away.'
  },
  'kitCheck.save': 'Save the whole kit',
  'kitCheck.notNow': 'It would not work now',
  'kitCheck.notNow.text': 'No relay has all that is needed yet. Stay connected for a while, then check again.',
  'kitCheck.notNow.other': 'Not everything could be looked at. Check again while you are connected.',

  'recover.done': 'Your vault is back. Remove the devices you lost under Devices.',
  'recover.done.less': {
    one: 'Your vault is back, but {count} shared folder could not be brought now.',
    other: 'Your vault is back, but {count} shared folders could not be brought now.'
  }
} as const satisfies Readonly<Record<string, Text>>
