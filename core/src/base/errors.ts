/**
 * The one error class. `code` is the contract: tests and callers compare codes, people read `explain(code)`.
 * Nothing that came from another peer is ever put into a message.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode
  /** Milliseconds to wait before trying again, where the other side said so. */
  readonly waitMs: number | undefined

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown; waitMs?: number }) {
    super(
      detail === undefined ? ERRORS[code].cause : detail,
      options?.cause === undefined ? undefined : { cause: options.cause }
    )
    this.name = 'HoldfastError'
    this.code = code
    this.waitMs = options?.waitMs
  }
}

export function isHoldfastError(value: unknown, code?: ErrorCode): value is HoldfastError {
  return value instanceof HoldfastError && (code === undefined || value.code === code)
}

/** What a code means and what to do about it: each a sentence for a person. */
export function explain(code: ErrorCode): { cause: string; remedy: string } {
  return ERRORS[code]
}

/** Closed set. `exit` is the exit status of a command that ends with this error. */
export const ERRORS = {
  // bytes
  MALFORMED: {
    exit: 14,
    cause: 'Some bytes do not have the form they must have.',
    remedy: 'Run `holdfast verify`; what is damaged is fetched again from a peer.'
  },
  TOO_LARGE: {
    exit: 1,
    cause: 'Something is larger than the format allows.',
    remedy: 'Split it: a file may have up to 64 GiB. If a peer sent it, update the program there.'
  },
  UNSUPPORTED_VERSION: {
    exit: 1,
    cause: 'This was written by a newer version of Holdfast.',
    remedy: 'Update Holdfast on this device.'
  },
  HASH_MISMATCH: {
    exit: 14,
    cause: 'Stored or received bytes do not match their name.',
    remedy:
      'Run `holdfast verify` (on a relay `holdfast-relay verify`) while connected: what is damaged is fetched again from whoever has it.'
  },
  BAD_SIGNATURE: {
    exit: 14,
    cause: 'A signature does not match.',
    remedy: 'Nothing was changed. If it comes from your own device, run `holdfast verify`.'
  },
  DECRYPT_FAILED: {
    exit: 14,
    cause: 'Sealed bytes could not be opened with the key that is named for them.',
    remedy: 'Run `holdfast verify`; a good copy is fetched from another peer.'
  },
  COMMITMENT_MISMATCH: {
    exit: 14,
    cause: 'A manifest is not the one its file commits to.',
    remedy: 'It was not shown. Take another version: `holdfast history PATH`, then `holdfast restore PATH@VERSION`.'
  },
  // log
  CHAIN_BROKEN: { exit: 14, cause: 'An entry does not follow the one before it.', remedy: 'Sync with another peer.' },
  MISSING_ANCESTOR: {
    exit: 5,
    cause: 'An entry refers to entries that have not arrived yet.',
    remedy: 'Sync again; it resolves itself when they arrive.'
  },
  NOT_A_MEMBER: {
    exit: 1,
    cause: 'The writer is not a member of this vault, or may not do this.',
    remedy: 'Ask an owner of the vault.'
  },
  FORKED: {
    exit: 1,
    cause: 'One device signed two different entries with the same number.',
    remedy: 'The log is frozen and the proof kept; pair that device anew.'
  },
  BAD_OPERATION: {
    exit: 14,
    cause: 'An entry carries a change to the index that no honest device makes.',
    remedy: 'The entry was refused; see which device wrote it with `holdfast status`.'
  },
  UNKNOWN_EPOCH: {
    exit: 5,
    cause: 'The key for this part of the vault has not reached this device yet.',
    remedy: 'Sync again while another device of yours is online.'
  },
  WRITES_HELD: {
    exit: 5,
    cause: 'This vault has not caught up with what was known when it was joined.',
    remedy: 'Sync once with a relay or another device.'
  },
  // content
  NOT_FOUND: { exit: 4, cause: 'There is nothing at this path.', remedy: 'See what there is with `holdfast ls`.' },
  NOT_HERE: {
    exit: 13,
    cause: 'The content is not on this device and no reachable peer has it.',
    remedy: 'Connect to a device or relay that has it, then try again.'
  },
  NAME_NOT_ALLOWED: {
    exit: 1,
    cause: 'This name cannot be stored so that every device could keep it.',
    remedy: 'Rename it and try again.'
  },
  EXISTS: {
    exit: 1,
    cause: 'There is already something at this path.',
    remedy: 'Choose another name, or remove it first.'
  },
  NOT_A_FOLDER: {
    exit: 1,
    cause: 'A file stands where a folder is needed.',
    remedy: 'Move the file away, or choose another path.'
  },
  INTO_ITSELF: {
    exit: 1,
    cause: 'A folder cannot be moved into itself.',
    remedy: 'Choose a folder that does not lie in it.'
  },
  THERE_ALREADY: { exit: 1, cause: 'It is there already.', remedy: 'Nothing was changed.' },
  IS_A_FOLDER: { exit: 1, cause: 'This is a folder, not a file.', remedy: 'Name a file in it.' },
  IS_SHARED: {
    exit: 1,
    cause: 'What is shared cannot be removed, or moved into another vault, as a whole.',
    remedy: 'Remove what is in it, or end the sharing: `holdfast unshare PATH --with NAME`.'
  },
  FILE_CHANGED: {
    exit: 3,
    cause: 'The file changed while it was read.',
    remedy: 'Nothing of it was stored; add it again when it is finished.'
  },
  FILE_UNREADABLE: {
    exit: 3,
    cause: 'The file could not be read.',
    remedy: 'Check its permissions; the other files were added.'
  },
  OUTSIDE_TARGET: { exit: 1, cause: 'This would write outside the target folder.', remedy: 'It was left out.' },
  // this device
  NO_HOME: {
    exit: 10,
    cause: 'There is no vault in this home.',
    remedy: 'Make one with `holdfast init` (a relay with `holdfast-relay serve`), or name another with --home.'
  },
  HOME_EXISTS: { exit: 1, cause: 'There is already a vault in this home.', remedy: 'Use another --home.' },
  HOME_DAMAGED: {
    exit: 14,
    cause: 'A file this home needs is missing or damaged.',
    remedy:
      'Run `holdfast verify --repair` (on a relay `holdfast-relay verify --repair`): what can be read is kept, the rest is fetched from peers. If that does not help, pair this device anew from another one.'
  },
  IN_USE: {
    exit: 11,
    cause: 'Another process uses this home.',
    remedy: 'End that process, then try again; where its number is known, it is said above.'
  },
  LOCKED: { exit: 12, cause: 'The vault is locked.', remedy: 'Give --passphrase-file, or run it on a terminal.' },
  WRONG_PASSPHRASE: {
    exit: 12,
    cause: 'This is not the passphrase of this home, or its file keys.box is damaged.',
    remedy:
      'Try again; nothing was changed. If you are sure of the passphrase, put a copy of keys.box back, or pair this device anew from another one.'
  },
  STORE_FULL: {
    exit: 1,
    cause: 'The disk is full.',
    remedy: 'Free some space and try again; everything acknowledged is kept.'
  },
  STORE_READ_ONLY: {
    exit: 1,
    cause: 'The store cannot be written.',
    remedy: 'Check the permissions of the home and of its disk.'
  },
  STORE_FAILED: {
    exit: 1,
    cause: 'The store gave an unexpected error.',
    remedy: 'Check the disk; everything acknowledged before is kept.'
  },
  STORE_CLOSED: { exit: 1, cause: 'The store was closed while something still used it.', remedy: 'Run it again.' },
  CANNOT_LISTEN: {
    exit: 1,
    cause: 'An address cannot be listened on.',
    remedy: 'End the program that uses the port, or choose another address with --listen.'
  },
  CLOCK_OFF: {
    exit: 1,
    cause: 'The clocks of this device and of another one differ by more than a day.',
    remedy: 'Set the one that is wrong, then restart Holdfast there: only shown times suffer.'
  },
  // peers
  NO_PEER: {
    exit: 13,
    cause: 'No relay or device could be reached.',
    remedy: 'Check that it runs and that its address is right (`holdfast status`).'
  },
  PEER_MISMATCH: {
    exit: 14,
    cause: 'Somebody else answers at this address.',
    remedy: 'Do not continue; check the address of the relay or device.'
  },
  TIMEOUT: { exit: 5, cause: 'The other side did not answer in time.', remedy: 'Try again.' },
  DISCONNECTED: { exit: 5, cause: 'The connection ended.', remedy: 'Try again.' },
  REFUSED: {
    exit: 1,
    cause: 'The other side does not know this vault, or does not allow this.',
    remedy: 'Check that this device is paired and the relay added.'
  },
  RATE_LIMITED: { exit: 5, cause: 'The relay asks to wait.', remedy: 'It is tried again by itself.' },
  QUOTA_EXCEEDED: {
    exit: 1,
    cause: 'The relay has no room left for this account.',
    remedy: 'Free room, or add another relay.'
  },
  NOT_WANTED: {
    exit: 1,
    cause: 'The relay takes no bytes that nobody announced.',
    remedy: 'Try again; if it stays, report it.'
  },
  PEER_FAILED: {
    exit: 5,
    cause: 'The other side had an error of its own.',
    remedy: 'Try again, then look at its log.'
  },
  PEER_LIES: {
    exit: 14,
    cause: 'A peer sent something that is provably wrong.',
    remedy: 'The bytes were refused; see which peer with `holdfast status`.'
  },
  ROLLED_BACK: {
    exit: 14,
    cause: 'A peer shows less than it has shown before.',
    remedy:
      'Nothing was lost here; check that peer. A relay that has lost everything needs a new `holdfast relay add CODE`.'
  },
  MAILBOX_FULL: {
    exit: 5,
    cause: 'The mailbox of this person is full.',
    remedy: 'It is tried again by itself; there is room again when one of their devices has been online.'
  },
  NO_KEYS: {
    exit: 5,
    cause: 'The relay has no key yet to which anything for this person could be sealed.',
    remedy: 'It is tried again by itself; one of their devices has to be online once.'
  },
  // pairing and invitations
  BAD_LINK: { exit: 2, cause: 'This is not a pairing link.', remedy: 'Copy the whole link again.' },
  BAD_INVITE: { exit: 2, cause: 'This is not an invitation code.', remedy: 'Copy the whole code again.' },
  BAD_WORDS: { exit: 2, cause: 'These are not words that Holdfast gave.', remedy: 'Check every word and their order.' },
  WRONG_WORDS: {
    exit: 2,
    cause: 'These words are of another account than the one here, or at the relay.',
    remedy:
      'Look for the other words, or name the relay that keeps this account (the recovery kit lists it); nothing was changed.'
  },
  NO_RECORD: {
    exit: 4,
    cause: 'No relay that was asked keeps what is needed to bring this account back.',
    remedy: 'Name the other relays of the account too, each with --relay; the recovery kit lists them.'
  },
  INVITE_USED: {
    exit: 1,
    cause: 'This invitation was used before or has expired.',
    remedy: 'Ask for a new one: `holdfast-relay invite`.'
  },
  PAIRING_DECLINED: { exit: 1, cause: 'The other device did not approve.', remedy: 'Start again with a new link.' },
  PAIRING_EXPIRED: {
    exit: 5,
    cause: 'The pairing link is older than 10 minutes or nobody waits for it.',
    remedy: 'Make a new one with `holdfast pair`.'
  },
  // people
  BAD_CARD: {
    exit: 2,
    cause: 'This is not a contact card, or somebody changed it.',
    remedy: 'Copy the whole card again.'
  },
  OWN_CARD: {
    exit: 1,
    cause: 'This is the card of your own account.',
    remedy: 'Give it to somebody else, and add the card they give you.'
  },
  KEY_CHANGED: {
    exit: 14,
    cause: 'This card has the name of somebody you know, but another key.',
    remedy:
      'Somebody may be in between: ask that person in person. If they really have a new account, or are somebody else, take the old one out with `holdfast contact rm NAME` first.'
  },
  CARD_REVOKED: {
    exit: 14,
    cause: 'This card was signed by a device that its account has removed.',
    remedy: 'Ask that person for a new card.'
  },
  REVOKED: {
    exit: 14,
    cause: 'This device was removed from its account.',
    remedy:
      'What it had stays on it; it gets nothing new. If that is not meant so, pair it anew in a new home from another device.'
  },
  UNKNOWN_RELAY: {
    exit: 4,
    cause: 'No relay of yours has this name.',
    remedy: 'See which there are with `holdfast relay ls`.'
  },
  UNKNOWN_DEVICE: {
    exit: 4,
    cause: 'No device of yours has this name.',
    remedy: 'See which there are with `holdfast devices`.'
  },
  LAST_DEVICE: {
    exit: 1,
    cause: 'This is the device you are working on, or the last one of the account.',
    remedy: 'Remove it from another device of yours; to leave no device, delete its home.'
  },
  UNKNOWN_CONTACT: {
    exit: 4,
    cause: 'You know nobody of this name.',
    remedy: 'See `holdfast contact ls`, or add a card with `holdfast contact add CARD`.'
  },
  AMBIGUOUS_NAME: {
    exit: 1,
    cause: 'More than one goes by this name.',
    remedy: 'Give the first hex digits of the id instead (see the list).'
  },
  NOT_VERIFIED: {
    exit: 1,
    cause: 'Nobody has checked yet that this key really belongs to this person.',
    remedy: 'Compare the twelve words with that person, then run `holdfast contact add CARD --verified`.'
  },
  LAST_OWNER: {
    exit: 1,
    cause: 'Nobody else owns this shared folder: it would be left without an owner.',
    remedy:
      'Make somebody else an owner with `holdfast members PATH set NAME --role owner`, or remove the others first with `holdfast unshare PATH --with NAME`.'
  },
  ALREADY_MEMBER: {
    exit: 1,
    cause: 'This person has access already.',
    remedy: 'See `holdfast members PATH`; change what they may do with `holdfast members PATH set NAME --role ROLE`.'
  },
  INVITE_GONE: {
    exit: 4,
    cause: 'There is no such invitation any more: it was accepted or declined before, or taken back.',
    remedy: 'See `holdfast invites`; if you still want it, ask the person who sent it to share it again.'
  },
  INSIDE_SHARE: {
    exit: 1,
    cause: 'Only whole folders are shared: this lies in a shared folder, or holds one.',
    remedy: 'Share the whole of it, or move this out of it first.'
  },
  NOT_SHARED: {
    exit: 4,
    cause: 'This is not shared with anybody.',
    remedy: 'Share it with `holdfast share PATH --with NAME`.'
  },
  BLOCKED: { exit: 1, cause: 'You have blocked this person.', remedy: 'Run `holdfast contact unblock NAME` first.' },
  // command line
  USAGE: { exit: 2, cause: 'The command line is not understood.', remedy: 'See --help.' },
  NEEDS_CONFIRMATION: {
    exit: 15,
    cause: 'This cannot be undone and there is no terminal to ask.',
    remedy: 'Give -f if you mean it.'
  },
  PARTLY_DONE: { exit: 3, cause: 'Some of it could not be done.', remedy: 'See the list above.' },
  ABORTED: { exit: 130, cause: 'Interrupted.', remedy: 'Run it again; it goes on where it was.' },
  INTERNAL: { exit: 1, cause: 'An error in Holdfast itself.', remedy: 'Please report it with `--verbose` output.' }
} as const satisfies Record<string, { exit: number; cause: string; remedy: string }>

export type ErrorCode = keyof typeof ERRORS
