import type { Text } from './t.ts'

/** First run, the recovery kit, lock, and what stands in the way of opening. */
export const START = {
  'start.title': 'Your files, on every device you own',
  'start.lead': 'Holdfast keeps them sealed on your devices. No server can open them, and they open without a network.',
  'start.create': 'Create a new vault',
  'start.join': 'I have a device already',
  'start.install': 'Install it first',
  'start.install.text':
    'On an iPhone or iPad add Holdfast to the Home Screen before you go on (Share, then Add to Home Screen): the installed app does not see what you store in this tab.',
  'start.insecure': 'This address is not secure',
  'start.insecure.text': 'Browsers allow encryption only on https:// or on localhost. Open Holdfast there.',

  'protect.title.create': 'Create a vault',
  'protect.title.join': 'Protect this device',
  'protect.lead.create': 'The passphrase seals your keys on this device. Nobody can reset it for you.',
  'protect.lead.join':
    'It was let in. The passphrase seals your keys on this device only. It may differ from the one on your other devices.',
  'protect.name': 'Name of this device',
  'protect.name.hint': 'Your other devices will show it.',
  'protect.name.missing': 'Give this device a name.',
  'protect.name.long': 'This name is too long.',
  'protect.passphrase': 'Passphrase',
  'protect.repeat': 'Passphrase again',
  'protect.repeat.wrong': 'The two are not the same.',
  'protect.strength': 'Strength: {level}',
  'protect.strength.empty': 'Four or more words that do not belong together are good.',
  'protect.strength.short': 'too short',
  'protect.strength.short.text': 'Take at least {count} characters.',
  'protect.strength.common': 'too easy to guess',
  'protect.strength.common.text': 'It is among the first that anybody would try.',
  'protect.strength.weak': 'weak',
  'protect.strength.weak.text': 'It would not hold long. Add a word or two.',
  'protect.strength.fair': 'fair',
  'protect.strength.fair.text': 'Another word makes it much stronger.',
  'protect.strength.good': 'good',
  'protect.strength.good.text': 'Good. Make sure you can remember it.',
  'protect.strength.strong': 'strong',
  'protect.strength.strong.text': 'Strong. Make sure you can remember it.',
  'protect.create': 'Create the vault',
  'protect.creating': 'Making the keys …',

  'kit.title': 'Your recovery kit',
  'kit.lead':
    'If all your devices are lost, these 24 words bring back what a relay keeps for you. They are shown until you have kept them, and never again.',
  'kit.noRelay':
    'There is no relay yet, so nothing but this device holds your files. When you add one, note its line beside the words.',
  'kit.warning': 'Whoever has them can read everything. Without them nobody can help you.',
  'kit.words': 'The 24 words, in order',
  'kit.save': 'Save as a file',
  'kit.print': 'Print',
  'kit.file': 'holdfast-recovery-kit.txt',
  'kit.paper': 'Keep this paper where nobody else reads it. Whoever has these words can read everything in the vault.',
  'kit.paper.title': 'Holdfast recovery kit',
  'kit.paper.device': 'Made on {device}',
  'kit.kept': 'I have kept the words',
  'kit.check.title': 'Do you have it?',
  'kit.check.lead': 'Type two of the words from what you kept.',
  'kit.check.word': 'Word number {number}',
  'kit.check.wrong': 'This is not word number {number}.',
  'kit.check.done': 'Finish',
  'kit.check.see': 'Show the words again',

  'locked.title': 'Unlock',
  'locked.lead': 'Your files on “{device}” are sealed.',
  'locked.lead.nameless': 'Your files on this device are sealed.',
  'locked.passphrase': 'Passphrase of this device',
  'locked.missing': 'Type the passphrase of this device.',
  'locked.unlock': 'Unlock',
  'locked.unlocking': 'Unlocking …',
  'locked.forgotten': 'I do not know it any more',
  'locked.forgotten.title': 'If the passphrase is lost',
  'locked.forgotten.text':
    'Nobody can reset it. Erase this device and pair it anew from another device of yours. What exists only on this device is lost then.',
  'locked.forgotten.erase': 'Erase this device …',

  'missing.title': 'Something is missing',
  'missing.lead': 'This browser has cleared what Holdfast stored here.',
  'missing.lead.named': 'This browser has cleared what “{device}” stored here.',
  'missing.text':
    'Your vault is not empty: your other devices and relays still have what had reached them. What existed only here is gone.',
  'missing.why':
    'Browsers clear a site that was not used for a while or when room is short. Installing the app and allowing lasting storage prevents it.',
  'missing.pair': 'Pair this device again',
  'missing.fresh': 'Start afresh instead',
  'missing.fresh.title': 'Start afresh?',
  'missing.fresh.text': 'This device then forgets that there ever was a vault. Your other devices keep theirs.',
  'missing.fresh.confirm': 'Start afresh',
  'missing.kit':
    'Without another device, your recovery kit brings everything back on a computer. Then pair this device from there.',

  'elsewhere.title': 'Open in another tab',
  'elsewhere.lead': 'One tab at a time works with the vault. Go on there, or bring it here.',
  'elsewhere.takeOver': 'Use it here',
  'elsewhere.taking': 'Closing it there …',
  'elsewhere.wait': 'It opens here by itself when the other tab is closed.'
} as const satisfies Readonly<Record<string, Text>>
