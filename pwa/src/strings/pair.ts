import type { Text } from './t.ts'

/** Letting a device in, and being let in. */
export const PAIR = {
  'join.title': 'Pair with your device',
  'join.lead': 'On a device you already use, choose Devices, then Add a device. On a computer run: holdfast pair',
  'join.how': 'How to bring the invitation here',
  'join.scan': 'Scan',
  'join.paste': 'Link',
  'join.type': 'Words',
  'join.link': 'Pairing link',
  'join.link.hint': 'It begins with holdfast:pair/',
  'join.link.missing': 'Paste the whole link.',
  'join.words': 'The twelve words',
  'join.words.hint': 'In order, with spaces between them.',
  'join.words.count': {
    one: 'There are 12 words, and here is {count}.',
    other: 'There are 12 words, and here are {count}.'
  },
  'join.address': 'Address',
  'join.address.hint':
    'As the other device shows it for browsers. It begins with / and has /ws or /webrtc-direct in it.',
  'join.address.browser':
    'A browser cannot use this address: it would need plain TCP. Type one with /ws or /webrtc-direct in it.',
  'join.address.missing': 'Type the address that is shown under the words.',
  'join.finish': 'Finish',
  'join.connecting': 'Looking for the other device …',
  'join.connecting.text': 'Leave both open. On the other device, wait for the words.',
  'join.compare': 'Compare the words',
  'join.compare.lead': 'The other device must show the same four words.',
  'join.compare.text': 'If they are the same, approve it there. If not, decline there and stop here.',
  'join.compare.stop': 'They are not the same: stop',
  'join.waiting': 'Waiting for the other device to approve …',
  'join.unfinished': 'Setting up was not finished',
  'join.unfinished.text':
    'Your other device had let this one in already. Pair again, and on the other device remove the one under Devices that has never been here.',
  'join.failed': 'This device was not paired',
  'join.retry': 'Try the same invitation again',
  'join.anew': 'Start again',
  'join.local':
    'The browser may ask to reach devices on your network. Allow it: that is how your devices find each other.',

  'scan.starting': 'Starting the camera …',
  'scan.aim': 'Hold the code in the frame.',
  'scan.other': 'This code is not from Holdfast. Look for the one on your other device.',
  'scan.denied': 'The camera is not allowed',
  'scan.denied.text':
    'Allow the camera for this site in the browser’s settings, then try again. You can also paste the link or type the words.',
  'scan.none': 'No camera was found',
  'scan.none.text': 'Paste the link or type the words instead.',
  'scan.busy': 'The camera cannot be used now',
  'scan.busy.text': 'Another app may be using it. Close that, then try again, or paste the link.',
  'scan.again': 'Try the camera again',
  'scan.picture': 'What the camera sees',

  'offer.title': 'Add a device',
  'offer.lead': 'Open Holdfast on the other device, choose “I have a device already”, and scan this.',
  'offer.preparing': 'Making an invitation …',
  'offer.qr': 'The pairing link as a picture to scan',
  'offer.copyLink': 'Copy the link',
  'offer.shareLink': 'Share the link',
  'offer.type': 'Type it instead',
  'offer.type.lead': 'These twelve words and the address are the same invitation.',
  'offer.address': 'Address',
  'offer.expires': 'It works once, within 10 minutes, and only while this stays open.',
  'offer.waiting': 'Waiting for the other device …',
  'offer.candidate': '{name} wants to join',
  'offer.candidate.nameless': 'A device wants to join',
  'offer.candidate.lead': 'It must show the same four words.',
  'offer.candidate.text': 'It will read everything in your vault. Only go on if it is in front of you.',
  'offer.same': 'They are the same: let it in',
  'offer.different': 'They are not the same',
  'offer.admitting': 'Letting it in …',
  'offer.admitting.text': 'Finish on the other device: it asks for its name and a passphrase.',
  'offer.unheard': '{name} was let in, but did not say that it could finish',
  'offer.unheard.text':
    'If it shows your files, all is well. If setting it up was interrupted, remove it under Devices, where it has never been here, and pair it again.',
  'offer.done': '{name} is one of your devices now',
  'offer.done.text': 'It brings over what it lacks by itself. Keep both open until it is up to date.',
  'offer.declined': 'It was not let in',
  'offer.declined.text':
    'Nothing was given to it. If the words differed, somebody may have been in between: make a new invitation.',
  'offer.noRelay': 'Add a relay first',
  'offer.noRelay.text':
    'Other devices cannot call a browser: they meet it at a relay, and there is none yet. Or start from a computer: pair this browser with it instead.',
  'offer.again': 'Make a new invitation',
  'offer.toDevices': 'See your devices',
  'offer.wordsLabel': 'The four words to compare'
} as const satisfies Readonly<Record<string, Text>>
