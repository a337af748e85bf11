/** The part of the closed set (errors.ts) about peers, invitations, people and the command line. */
export const OTHERS_ERRORS = {
  // peers
  NO_PEER: {
    exit: 13,
    cause: 'No relay or device could be reached.',
    remedy: 'See that it runs and that both are on a network: `holdfast doctor` says why it probably does not answer.'
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
  INBOX_FULL: {
    exit: 5,
    cause: 'Too much of what others sent waits here for an answer: no more of theirs is taken from the relay.',
    remedy:
      'Accept or decline what `holdfast invites` and `holdfast inbox` show; block whoever sends too much with `holdfast contact block NAME`.'
  },
  OUTBOX_FULL: {
    exit: 5,
    cause: 'Too much waits on this device already for people whose relays have not taken it yet.',
    remedy: 'See for whom with `holdfast status`; connect with `holdfast up` so that it is sent, then try again.'
  },
  NO_KEYS: {
    exit: 5,
    cause: 'The relay has no key yet to which anything for this person could be sealed.',
    remedy: 'It is tried again by itself; one of their devices has to be online once.'
  },
  // pairing and invitations
  BAD_LINK: { exit: 2, cause: 'This is not a pairing link.', remedy: 'Copy the whole link again.' },
  NOT_FOR_BROWSERS: {
    exit: 13,
    cause: 'Nothing that is named here can be reached by a browser.',
    remedy:
      'Leave `holdfast up` running on the computer and make a new invitation: then it names addresses for browsers.'
  },
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
    cause: 'This is you: the card of your own account.',
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
    cause: 'Nobody else owns this: it would be left without an owner.',
    remedy:
      'Make somebody else an owner with `holdfast members PATH set NAME --role owner`, or remove the others first with `holdfast unshare PATH --with NAME`.'
  },
  FOUNDER_STAYS: {
    exit: 1,
    cause: 'Whoever founded this stays one of its owners: nobody can take that from them, and they cannot give it up.',
    remedy:
      'To be rid of it, make somebody else an owner with `holdfast members PATH set NAME --role owner`, then run `holdfast unshare PATH`: you see it no more, and stay listed among its members.'
  },
  OWNER_BEFORE_YOU: {
    exit: 1,
    cause: 'This person became an owner before you did, and only those who were owners before them can change that.',
    remedy: 'Ask the founder, or an owner who was one earlier: `holdfast members PATH` lists them.'
  },
  ALREADY_MEMBER: {
    exit: 1,
    cause: 'This person has access already.',
    remedy: 'See `holdfast members PATH`; change what they may do with `holdfast members PATH set NAME --role ROLE`.'
  },
  UNKNOWN_INVITE: {
    exit: 4,
    cause: 'There is no invitation of this id.',
    remedy: 'See which there are with `holdfast invites`.'
  },
  INVITE_GONE: {
    exit: 4,
    cause: 'This invitation was answered before.',
    remedy: 'See `holdfast invites`; if you still want it, ask the person who sent it to share it again.'
  },
  NOT_GIVEN: {
    exit: 5,
    cause:
      'A relay of this invitation gives nothing of what it offers: that has not come there yet, or was taken back.',
    remedy:
      'The invitation stays: try again when the device of the person who sent it has been online, or ask them; refuse it with `holdfast decline ID`.'
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
    remedy: 'Give -f if you mean it, or --yes where the command has that.'
  },
  NEEDS_YOU: {
    exit: 15,
    cause: 'Something here does not mend itself.',
    remedy: 'Do what is said above, then look again.'
  },
  PARTLY_DONE: { exit: 3, cause: 'Some of it could not be done.', remedy: 'See the list above.' },
  ABORTED: { exit: 130, cause: 'Interrupted.', remedy: 'Run it again; it goes on where it was.' },
  INTERNAL: { exit: 1, cause: 'An error in Holdfast itself.', remedy: 'Please report it with `--verbose` output.' }
} as const
