import { explain } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'

export type Severity = 'ok' | 'warning' | 'error'

/** What was looked at. */
export type Looked =
  | 'settings'
  | 'clock'
  | 'disk'
  | 'inotify'
  | 'home'
  | 'folder'
  | 'relays'
  | 'relay'
  | 'room'
  | 'copies'
  | 'port'
  | 'verify'
  | 'recovery kit'

/** What one look found. `code` is stable: programs compare it, people read the rest. */
export interface Check {
  readonly name: Looked
  readonly state: Severity
  /** Where something is wrong. */
  readonly code?: FindingCode
  /** How it is, or why it is wrong: safe to print. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
  /** Whom or what it concerns: a relay, a vault. As it was named by others. */
  readonly about?: string
}

/** Closed set, besides the codes of errors. docs/json.md lists them; a test holds the two together. */
export const FINDINGS = {
  CLOCK_WRONG: 'Set the clock of this computer, best by the network (`timedatectl set-ntp true`).',
  DISK_LOW: 'Free some space on this disk, or move the home to a larger one.',
  WATCHES_LOW:
    'Raise it: `sudo sysctl fs.inotify.max_user_watches=524288`, and write the same into /etc/sysctl.d/holdfast.conf so that it stays.',
  NO_RELAY:
    'Add a relay that is always on with `holdfast relay add CODE`: then a copy outlives this computer, and devices meet without being on at the same time.',
  RELAY_DOWN: 'Start it there (`holdfast-relay serve`), or look whether it listens at another port.',
  RELAY_UNREACHABLE:
    'See whether that machine is on and in reach; then look at a firewall on either side, at a guest Wi-Fi that keeps devices apart, and at a VPN.',
  NAME_UNKNOWN: 'See whether this computer has a network at all, then whether the name is right.',
  RELAY_SILENT:
    'Something answers there, but not as this relay: see that no other program has its port, then start the relay again.',
  QUOTA_LOW: 'Free room (`holdfast rm --shred PATH` destroys for good), or ask whoever keeps the relay for more.',
  NAMES_CHANGED:
    'Rename one of two that differ only in capitals or accents, and whatever has a name that some system cannot keep: then each stands under its own name on every device.',
  NOT_LISTENING:
    'Add a relay, or let others find this computer: `holdfast up --listen /ip4/0.0.0.0/tcp/4258`, with that port open in its firewall.',
  ONE_COPY:
    'Connect to a relay or another device with `holdfast up`, and leave it running until `holdfast status` says more.',
  NOT_VERIFIED_LATELY: 'Run `holdfast verify` while connected: what is damaged is fetched again.',
  KIT_NEVER_TESTED: 'Run `holdfast recovery test` and type the words from where you wrote them down.'
} as const

export type FindingCode = keyof typeof FINDINGS | ErrorCode

export function fine(name: Looked, message: string): Check {
  return { name, state: 'ok', message }
}

export function found(
  name: Looked,
  state: 'warning' | 'error',
  code: FindingCode,
  message: string,
  more: { readonly about?: string; readonly remedy?: string } = {}
): Check {
  const remedy = isFinding(code) ? FINDINGS[code] : explain(code).remedy
  return { name, state, code, message, remedy, ...more }
}

function isFinding(code: FindingCode): code is keyof typeof FINDINGS {
  return Object.hasOwn(FINDINGS, code)
}

/** Errors first, then warnings, then the rest; within each as they were found. */
export function inOrder(checks: readonly Check[]): Check[] {
  const rank: Record<Severity, number> = { error: 0, warning: 1, ok: 2 }
  return [...checks].sort((one, other) => rank[one.state] - rank[other.state])
}
