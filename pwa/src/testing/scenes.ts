import type { VaultEvent } from '../bridge/vault-worker.ts'
import type { FakeKnobs } from './fake-vault.ts'

const NOW = Date.now()
const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString()
const LONG = 'The laptop that stands in the kitchen beside the toaster and nobody ever closes'

const PEERS = [
  { id: 'r1', name: 'Pi in the cellar', role: 'relay', connected: true, lastExchange: minutesAgo(0) },
  { id: 'd2', name: 'Laptop', role: 'device', connected: true, lastExchange: minutesAgo(0) },
  { id: 'd3', name: LONG, role: 'device', connected: false, lastExchange: minutesAgo(3000) }
]

const STATUS: VaultEvent = {
  type: 'status',
  state: 'up to date',
  device: 'Phone',
  online: true,
  files: 1234,
  bytes: 5_000_000_000,
  copies: { none: 0, one: 0, more: 1234 },
  onlyHere: { files: 0, paths: [] },
  conflicts: 0,
  missingBlobs: 0,
  peers: PEERS,
  problems: []
}

const DEVICES: readonly VaultEvent[] = [
  { type: 'device', id: 'd1', name: 'Phone', this: true, connected: true, lastExchange: null },
  { type: 'device', id: 'd2', name: 'Laptop', this: false, connected: true, lastExchange: minutesAgo(0) },
  { type: 'device', id: 'd3', name: LONG, this: false, connected: false, lastExchange: minutesAgo(3000) },
  {
    type: 'device',
    id: 'd4',
    name: 'Old \u202eiPad',
    this: false,
    connected: false,
    lastExchange: null,
    appeared: false
  }
]

const RELAYS: readonly VaultEvent[] = [
  {
    type: 'relay',
    id: 'r1',
    name: 'Pi in the cellar',
    connected: true,
    lastExchange: minutesAgo(0),
    inStep: true,
    away: false,
    objects: 1234,
    held: 1234,
    onlyThere: 3
  },
  {
    type: 'relay',
    id: 'r2',
    name: 'Pi at my parents’',
    connected: false,
    lastExchange: minutesAgo(60 * 24 * 9),
    inStep: false,
    away: true,
    objects: 1234,
    held: 801,
    onlyThere: 0
  }
]

const WORDS = 'abandon ability able about above absent absorb abstract absurd abuse access accident'.split(' ')
const LINK: VaultEvent = {
  type: 'link',
  link: `holdfast:pair/${'gwFQ1x_aB9-zK'.repeat(24)}`,
  words: WORDS,
  addresses: [
    '/ip4/192.168.178.21/udp/4001/webrtc-direct/certhash/uEiBzTfNqXbMMMOe7BvYrv8w7VnKxJ2QqMlnHJp1l5Qk3hA',
    '/ip4/192.168.178.21/tcp/4002/ws'
  ]
}

const INVITES: readonly VaultEvent[] = [
  { type: 'invite', id: 'i1', name: 'Holidays 2026', kind: 'folder', role: 'writer', from: 'Ada', trust: 'verified' },
  { type: 'invite', id: 'i2', name: 'Plan\u202efdp.exe', kind: 'file', role: 'reader', from: LONG, trust: 'unknown' },
  { type: 'done', invites: 2 }
]

const OPEN: FakeKnobs = {
  state: { phase: 'open', device: 'Phone' },
  passphrase: 'open',
  answers: {
    status: [STATUS],
    devices: DEVICES,
    'relay ls': RELAYS,
    pair: [LINK],
    invites: INVITES,
    contact: [{ type: 'contact', card: `holdfast:contact/${'kJh5_a'.repeat(100)}`, name: 'Ada', account: 'a1' }]
  },
  storage: {
    persisted: false,
    usedBytes: 812_000_000,
    quotaBytes: 4_100_000_000,
    blobBytes: 790_000_000,
    droppableBytes: 512_000_000
  }
}

const file = (name: string, fields: object): VaultEvent => ({
  type: 'file',
  path: `/${name}`,
  kind: 'file',
  bytes: 48_213,
  mtime: minutesAgo(90),
  state: 'here',
  copies: ['Phone', 'Pi in the cellar', 'Laptop'],
  version: name,
  ...fields
})

const LISTED: readonly VaultEvent[] = [
  { type: 'file', path: '/Photos', kind: 'folder' },
  { type: 'file', path: '/Garden', kind: 'folder', shared: true, members: 3 },
  file('Letter.txt', {}),
  file('Plan.pdf', { copies: ['Phone'] }),
  file('Sunrise over the harbour, the long way round.jpg', { state: 'relay', copies: ['Pi in the cellar', 'Laptop'] })
]

const withStatus = (fields: object): FakeKnobs => ({
  ...OPEN,
  answers: { ...OPEN.answers, status: [{ ...STATUS, ...fields }] }
})

/** What the development page can show. */
export const SCENES: Readonly<Record<string, FakeKnobs>> = {
  empty: {
    kit: { words: [...WORDS, ...WORDS], text: 'holdfast recovery kit 1\n' },
    words: ['copper', 'lantern', 'river', 'moth']
  },
  starting: { state: { phase: 'starting' } },
  declined: { joinEnds: 'PAIRING_DECLINED' },
  expired: { joinEnds: 'PAIRING_EXPIRED' },
  unreachable: { joinEnds: 'NO_PEER' },
  locked: { state: { phase: 'locked', device: 'Phone' }, passphrase: 'open' },
  missing: { state: { phase: 'missing', device: LONG } },
  elsewhere: { state: { phase: 'elsewhere', device: 'Phone' } },
  failed: { state: { phase: 'failed', code: 'HOME_DAMAGED' } },
  open: OPEN,
  files: { ...OPEN, answers: { ...OPEN.answers, ls: LISTED } },
  candidate: {
    ...OPEN,
    answers: {
      ...OPEN.answers,
      pair: [
        LINK,
        { type: 'candidate', device: 'd9', name: 'Ada’s new phone', words: ['copper', 'lantern', 'river', 'moth'] }
      ]
    }
  },
  alone: {
    ...OPEN,
    answers: {
      status: [
        {
          ...STATUS,
          state: 'waiting for a device',
          peers: [],
          copies: { none: 0, one: 7, more: 0 },
          onlyHere: { files: 7, paths: [] }
        }
      ],
      devices: DEVICES.slice(0, 1)
    }
  },
  connecting: withStatus({ state: 'off', online: false }),
  conflict: withStatus({ conflicts: 1 }),
  oneOnlyHere: withStatus({ onlyHere: { files: 1, paths: ['/a'] } }),
  syncing: withStatus({ state: 'syncing' }),
  onlyHere: withStatus({ onlyHere: { files: 2, paths: ['/a', '/b'] }, copies: { none: 1, one: 2, more: 1231 } }),
  problem: withStatus({ state: 'needs you', problems: [{ code: 'QUOTA_EXCEEDED', peer: 'r1' }] }),
  broken: {
    ...OPEN,
    answers: {
      devices: 'STORE_FAILED',
      'relay ls': 'STORE_FAILED',
      invites: 'NO_PEER',
      pair: 'NO_PEER',
      contact: 'INTERNAL'
    }
  }
}
