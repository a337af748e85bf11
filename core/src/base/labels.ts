/** Every domain-separation string of Holdfast. None may be a prefix of another; labels.test.ts checks that. */

/** Signatures are over utf8("holdfast/1 " + label) ‖ 0x00 ‖ canonical bytes. */
export const SIGN = {
  entry: 'entry',
  headStatement: 'head statement',
  accountStatement: 'account statement',
  intent: 'upload intent',
  register: 'relay register',
  hostVault: 'relay host vault',
  accountRecord: 'account record',
  recovery: 'relay recovery',
  invite: 'relay invite',
  envelope: 'envelope',
  keyBundle: 'key bundle',
  pairing: 'pairing offer',
  contactCard: 'contact card'
} as const
export type SignLabel = (typeof SIGN)[keyof typeof SIGN]

/** BLAKE3 derive-key contexts. */
export const DERIVE = {
  epochId: 'holdfast/1 epoch id',
  convergence: 'holdfast/1 convergence key',
  gate: 'holdfast/1 chunk gate key',
  payload: 'holdfast/1 payload key',
  keySlot: 'holdfast/1 key slot key',
  change: 'holdfast/1 change commitment key',
  parentEpoch: 'holdfast/1 parent epoch key',
  checkpoint: 'holdfast/1 checkpoint key',
  manifest: 'holdfast/1 manifest key',
  manifestCommitment: 'holdfast/1 manifest commitment',
  accountRoot: 'holdfast/1 account root key',
  accountRecovery: 'holdfast/1 account recovery key',
  accountRecord: 'holdfast/1 account record key',
  deviceStore: 'holdfast/1 device key store',
  pendingKit: 'holdfast/1 recovery words not yet kept',
  envelope: 'holdfast/1 envelope body key',
  pairRendezvous: 'holdfast/1 pairing rendezvous',
  pairFramesFromOffer: 'holdfast/1 pairing frames from offering device',
  pairFramesFromJoin: 'holdfast/1 pairing frames from joining device',
  pairWords: 'holdfast/1 pairing words to compare',
  invite: 'holdfast/1 relay invite proof',
  contactWords: 'holdfast/1 contact words to compare',
  actor: 'holdfast/1 index actor',
  vaultDigest: 'holdfast/1 vault digest',
  holdings: 'holdfast/1 holdings digest',
  placement: 'holdfast/1 object placement',
  conflictFile: 'holdfast/1 conflict file id',
  folder: 'holdfast/1 folder id',
  file: 'holdfast/1 file id',
  broughtBack: 'holdfast/1 brought back file id'
} as const

/** HPKE info prefixes. */
export const HPKE = {
  epoch: 'holdfast/1 hpke epoch',
  envelope: 'holdfast/1 hpke envelope',
  accountRecord: 'holdfast/1 hpke account record'
} as const
