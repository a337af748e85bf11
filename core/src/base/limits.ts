/** Every limit of the format and of the protocols, each with its reason. Sizes are bytes and checked before decoding. */
const KiB = 1024
const MiB = 1024 * KiB

export const LIMITS = {
  /** Canonical header: verified by everybody for ever, so it must stay cheap. */
  headerBytes: 2 * KiB,
  /** `seen` hashes of a header: more heads than this are covered by a chain of entries. */
  seen: 16,
  /** Documents an index may have, and so documents one entry may touch. */
  documents: 16,
  /** Operations in one entry: bounds the time of the guard and of one rebuild step. */
  operationsPerEntry: 4096,
  /** Values one operation may replace: more are only there when as many devices wrote one key at once. */
  predsPerOperation: 256,
  /** Values the operations of one entry may replace together: each one is looked up. */
  predsPerEntry: 16_384,
  /** Operations one index document may count to: Automerge takes memory for each number up to the highest. */
  operationCounter: 2 ** 24,
  /** One page of a checkpoint (the last entry on it may go beyond) and the entries on it. */
  checkpointPageBytes: 2 * MiB,
  checkpointPageEntries: 4096,
  /** One scalar of the index. */
  scalarBytes: 64 * KiB - 1,
  /** A payload (sealed operations, or the clear body of a statement, epoch, wrap or freeze entry). */
  payloadBytes: 2 * MiB,
  /** Object records and withdrawals one pin list may name: one object an operation, and some. */
  pinListItems: 8192,
  /** A pin list: the items above at 32 bytes and their framing. */
  pinListBytes: 288 * KiB,
  /** An object record: about 70 GiB of content at the average chunk. */
  recordBytes: 4 * MiB,
  /** Content a writer puts into one object: at the average chunk of 750 KiB some 90,000 blobs, so that its record holds them. */
  contentBytes: 64 * 1024 * MiB,
  /** Blobs of one object, manifest pages included. */
  blobsPerObject: 100_000,
  /** Smallest padded payload: hides which of the short edits it was. */
  payloadPaddingBytes: 256,
  /** Chunk sizes: small enough for a phone's memory, for seeking in media and for stream buffers. */
  chunkMinBytes: 256 * KiB,
  chunkMaxBytes: 2 * MiB,
  /** Content up to here stands in the manifest itself: one small file, one blob. */
  inlineBytes: 64 * KiB,
  /** Chunks one manifest or manifest page lists. */
  chunksPerPage: 4096,
  /** A manifest or page, as canonical bytes and as a blob: the chunks above at 77 bytes and their framing, padded. */
  manifestBytes: 512 * KiB,
  /** Epochs whose chunks one version of a file may reuse; a writer that needs more seals the oldest anew. */
  epochsPerManifest: 256,
  /** A blob: the largest chunk padded (at most an eighth more is impossible for Padmé at this size) and sealed. */
  blobBytes: 2 * MiB + 160 * KiB,
  /** Probe that decides whether a chunk is worth compressing. */
  compressionProbeBytes: 16 * KiB,
  /** An account or membership statement inside a statement entry. */
  statementBytes: 2 * KiB,
  statementsPerEntry: 256,
  /** Certificates from a root key to a device in a genesis or a card: more would not fit a header. */
  genesisChain: 6,
  /** A contact card: a chain, the account's statements by hash, relays. It stands in the index, in envelopes and in a QR code. */
  cardBytes: 16 * KiB,
  /** Account statements a card names by hash, the newest: each device that ever was, certified and revoked. */
  cardFloor: 192,
  /** A user name: code points, and UTF-8 bytes, so that it fits a file name together with a time. */
  userNameCharacters: 64,
  userNameBytes: 192,
  /** Logs whose unpins one revocation may void: more lives of one device than anybody has. */
  voidedLogs: 256,
  /** Epochs a new one continues: as many as removals crossed. */
  epochParents: 64,
  /** Relays a vault may name. */
  relays: 16,
  /** Relays a device keeps connections to, of all its vaults: members of a shared vault choose that one's relays. */
  relaysKept: 64,
  /** Addresses of one relay, and the length of one. */
  addresses: 8,
  addressBytes: 256,
  /** Members (accounts) of a vault and devices of an account. */
  members: 1024,
  devicesPerAccount: 64,
  /** Wraps in one epoch or wrap entry. */
  wrapsPerEntry: 8192,
  /** Name of a file or folder: what every file system of today can keep. */
  nameBytes: 255,
  /** Depth of a folder tree: a path walk stays cheap. */
  pathDepth: 256,
  /** Names of devices, accounts, relays. */
  deviceNameBytes: 64,
  /** Header part of one frame of the sync protocol; entries travel in it. */
  syncFrameBytes: 6 * MiB,
  /** Header part of one frame of the blob protocol. */
  blobFrameHeaderBytes: 256 * KiB,
  /** Ids in one have or want question. */
  blobIdsPerMessage: 4096,
  /** One frame of pairing, and how long a rendezvous lives. */
  pairFrameBytes: 64 * KiB,
  pairMinutes: 10,
  /** Frames of the account protocol. */
  accountFrameBytes: 64 * KiB,
  /** An account record without its chain: sixteen relays with all their addresses, and the floors. It goes into one account frame. */
  accountRecordBytes: 48 * KiB,
  /** The highest number of an account record: one each second for a century, and beyond it nobody can push it. */
  accountRecordNumber: 2 ** 32 - 1,
  /** Heads of one vault that an account record holds its reader to, and vaults it has floors for. */
  recordFloorHeads: 64,
  recordFloors: 16,
  /** Devices of one account that came back by its words and that its logs do not list yet, and the days a relay waits for that. */
  guestsPerAccount: 8,
  guestDays: 30,
  /** Vaults one hello may name. */
  vaultsPerHello: 4096,
  /** Objects one device names to another as held or lacking, of one vault: 64 KiB. */
  heldRecords: 2048,
  /** Logs (device and incarnation) one vault may have. */
  logsPerVault: 4096,
  /** Entries one sync frame may carry. */
  entriesPerFrame: 256,
  /** Bytes of entries put into one sync frame before the next is begun (one entry may be larger). */
  entriesFrameBytes: 1 * MiB,
  /** Quarantined entries kept per log. */
  quarantinedPerLog: 256,
  /** Entries kept waiting for their ancestors, per vault. */
  pendingEntries: 1024,
  /** Bytes of entries kept waiting for their ancestors, per vault; one peer may use a quarter of both. */
  pendingBytes: 64 * MiB,
  /** A link that pulls a vault without progress for so long gives way to another one. */
  pullStallMs: 15_000,
  /** Clocks of two peers that differ by more are said to be off: a time zone set wrong is less, a lost battery more. */
  clockApartMs: 24 * 60 * 60_000,
  /** How far a peer's clock may be off this one's for the two to agree. */
  clockAgreesMs: 60 * 60_000,
  /** Provably wrong messages after which a link is closed. */
  liesPerLink: 4,
  /** Messages waiting to be sent on one link: a peer that asks without reading is cut off. */
  sendQueue: 8192,
  /** Nesting of any message: the deepest defined one has six levels. */
  codecDepth: 16,
  /** Open upload intents of one account at a relay (a full entry of each of four devices), and the days one lives after its last byte. */
  intentsPerAccount: 16_384,
  intentDays: 7,
  /** Connections of one host: about 0.1 MiB each at rest. */
  connections: 512,
  /** Inbound connections of one address in a second, each about 2 ms of handshake: a household may lie behind one. */
  inboundPerSecond: 100,
  /** Inbound connections whose handshake is not done. */
  pendingConnections: 128,
  /** Bytes asked for or being put on one stream: yamux resets a stream that has 4 MiB to read. */
  outstandingBytes: 3 * MiB,
  /** Requests in flight on one stream. */
  outstandingRequests: 256,
  /** Requests of one stream answered at once. */
  concurrentRequests: 16,
  /** Vaults one account may have hosted by one relay: each costs it memory as long as it runs. */
  vaultsPerAccount: 1024,
  /** A relay invitation lives this long. */
  inviteDays: 7,
  /** Days of the holder's own until an unpin takes effect although somebody has not seen it. */
  unpinDays: 30,
  /** ... and that everybody's having seen it does not shorten: time to pin again what is live, and to notice a thief. */
  unpinLeastDays: 2,
  /** Objects withdrawn in one of the holder's days beyond which, if they are more than half of all, they are held back. */
  massUnpins: 100,
  /** Days of the holder's own until unpins that were held back take effect, seen or not. */
  unpinHeldBackDays: 90,
  /** Argon2id floor (KiB of memory, passes). Below it an unlock record is refused: a downgrade. */
  argonFloorMemoryKiB: 64 * 1024,
  argonFloorPasses: 3,
  /** Argon2id ceiling (KiB, passes, lanes): a changed unlock record must not take all memory or hours. */
  argonCeilingMemoryKiB: 1024 * 1024,
  argonCeilingPasses: 64,
  argonCeilingLanes: 16,
  /** A device's secrets at rest: keys and epoch secrets of this device, a hundred bytes each. */
  keyBoxBytes: 1 * MiB,
  /** Blobs all open intents of one account may hold: bounds the relay's memory for them to some 20 MiB. */
  intentBlobsPerAccount: 131_072,
  /** Blobs one put carries or one get asks for, and the bytes such a group is filled up to: one large blob goes alone. */
  blobsPerTransfer: 256,
  blobTransferBytes: 1 * MiB,
  /** Bytes one side of the blob protocol has outstanding on one link: below what resets a stream. */
  blobOutstandingBytes: 3 * MiB,
  /** Questions one side has outstanding on one link. */
  blobOutstandingRequests: 16,
  /** Received blobs that wait for the disk: beyond it nothing new is asked for. */
  blobUnstoredBytes: 16 * MiB,
  /** Questions of one peer answered at once, and the body bytes they may hold: over it the peer is asked to wait. */
  blobAnswersPerPeer: 64,
  blobAnswerBytesPerPeer: 16 * MiB,
  /** Text of one message: it stands in one blob, and a screen shows it. Of what is longer readers show the beginning. */
  messageBytes: 60 * KiB,
  /** The file `metadata` of a conversation, a value in it, and the members and other headers it may name. */
  metadataBytes: 128 * KiB,
  metadataLineBytes: 1024,
  metadataMembers: 256,
  metadataHeaders: 64,
  /** Messages whose bytes had not come when an inbox was read: shown by the next one. */
  unreadMarked: 4096,
  /** Blobs one pass asks the store about at once. */
  blobsPerPass: 1024,
  /** The text of a message to somebody who has not verified the sender. */
  requestTextBytes: 16 * KiB,
  /** An invitation: 16 relays with all their addresses, a floor of several hundred logs; it must fit a scalar of the index. */
  invitationBytes: 56 * KiB,
  /** An envelope: an invitation, the sender's card and a slot for each of 64 devices, padded. A Pi reads many of them at once. */
  envelopeBytes: 256 * KiB,
  /** Envelopes that wait for one account at a relay, their bytes, and the days of the relay's own running one is kept. */
  envelopesPerMailbox: 4096,
  mailboxBytes: 64 * MiB,
  mailDays: 90,
  /** Header of one frame of the mail protocol: the look-up of an account with 64 devices and all its statements. */
  mailFrameHeaderBytes: 256 * KiB,
  /** Envelopes a list shows, or that are asked for or deleted, in one question; body of a frame either way: one envelope, or several small ones. */
  envelopesPerMessage: 256,
  mailBodyBytes: 256 * KiB,
  /** One-time keys of one device that a relay keeps, and that one upload brings: as many first letters while the device is away. */
  oneTimeKeys: 32,
  /** Days of its own running after which a device makes a new last-resort key, and until it forgets one that was replaced or handed out. */
  lastResortDays: 7,
  keyDays: 120,
  /** Envelopes that wait on this device for a relay of their recipient. */
  outboxEnvelopes: 1024,
  /** Devices a relay names as being with it, and keeps circuits to for one device: more than a household has. */
  circuitDevices: 32,
  /** Header of one frame of the circuit protocol: those devices. The body of one: a whole Noise message with its length. */
  circuitHeaderBytes: 2 * KiB,
  circuitBodyBytes: 64 * KiB,
  /** Circuits a relay has open at once, and those of one device: each may hold what its two lines have not taken, some 4 MiB. */
  circuits: 64,
  circuitsPerDevice: 8,
  /** What a relay or device takes from a circuit ahead of whoever reads it. */
  circuitQueueBytes: 128 * KiB,
  /** Account statements a relay hands to a stranger: each device of an account certified and revoked several times. */
  statementsPerAccount: 512
} as const
