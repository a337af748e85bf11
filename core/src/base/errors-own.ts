/** The part of the closed set (errors.ts) about bytes, the log, content and this device. */
export const OWN_ERRORS = {
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
  MAY_ONLY_READ: {
    exit: 1,
    cause: 'You may only read here.',
    remedy: 'Ask an owner to let you write: `holdfast members PATH` shows who they are.'
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
    remedy:
      'Remove what is in it, or end the sharing: `holdfast unshare PATH --with NAME`; `holdfast unshare PATH` to leave it.'
  },
  IS_A_CONVERSATION: {
    exit: 1,
    cause: 'A conversation cannot be removed, or moved into another vault.',
    remedy: 'Leave it with `holdfast unshare PATH`: it is gone here, and the others keep what was said.'
  },
  FILE_CHANGED: {
    exit: 3,
    cause: 'The file changed while it was read.',
    remedy: 'Nothing of it was stored; add it again when it is finished.'
  },
  FOLDER_GONE: {
    exit: 15,
    cause: 'The folder is not there, or another one is in its place.',
    remedy:
      'Nothing was deleted. Mount or move it back; or `holdfast folder rm DIR`, then `holdfast folder add DIR`, which deletes nothing either.'
  },
  VAULT_FOLDER_GONE: {
    exit: 15,
    cause: 'The folder of the vault that this one is kept in step with is not there any more.',
    remedy:
      'Nothing was deleted here. Bring it back with `holdfast restore PATH` (see `holdfast deleted`), or end it with `holdfast folder rm DIR`.'
  },
  FOLDERS_NESTED: {
    exit: 2,
    cause: 'A folder that is kept in step lies in another one, or around it.',
    remedy: 'Choose a folder beside it: `holdfast folder ls` lists them.'
  },
  OTHER_DISK: {
    exit: 15,
    cause: 'Another disk is mounted within a folder that is kept in step.',
    remedy: 'What is on it is left alone. To keep it in step too, mount it elsewhere, then `holdfast folder add DIR`.'
  },
  IGNORE_RULES: {
    exit: 15,
    cause: 'The rules of a .holdfastignore file cannot be read or followed.',
    remedy:
      'Nothing beside it is kept in step until then: it has to be a readable file of at most 500 rules, with `**/` at most twice in each.'
  },
  MANY_DELETIONS: {
    exit: 15,
    cause: 'More than half of the files of a folder would be deleted.',
    remedy:
      'None of them is deleted here: each computer guards its own folder. If that is what you want: `holdfast sync --accept-deletes`, on each that asks. If not: `holdfast folder rm DIR`, then `holdfast folder add DIR --to /PATH` here writes again what is missing, and gives back to everybody what was deleted elsewhere; what went before it was noticed, `holdfast deleted` lists and `holdfast restore` brings back.'
  },
  MANY_UNPINS: {
    exit: 15,
    cause: 'A device gave up more than half of all kept contents on one day: that is held back.',
    remedy:
      'Nothing was deleted. If nobody meant it, remove that device (`holdfast devices revoke NAME`), which makes it void; else it happens after 90 days.'
  },
  FILE_UNREADABLE: {
    exit: 3,
    cause: 'The file could not be read.',
    remedy: 'Check its permissions; the other files were added.'
  },
  OUTSIDE_TARGET: {
    exit: 1,
    cause: 'This leads outside of the folder.',
    remedy: 'It was left out. A link has to lead, by a relative path, to something in the folder.'
  },
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
    remedy:
      'Wait until that command has ended, or end it (its number is said above, where it is known), then try again. While `holdfast up` runs, commands share a home.'
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
    cause: 'This disk, or a folder on it, cannot be read or written.',
    remedy: 'Check the permissions of the folder and of the home, and whether their disk is mounted read-only.'
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
  BAD_SETTING: {
    exit: 2,
    cause: 'A setting is not as it must be.',
    remedy: 'Correct what is named above. docs/settings.md tells each setting and what it can be.'
  },
  NO_SERVICE_MANAGER: {
    exit: 1,
    cause: 'There is no systemd for this user here, so nothing can be started in the background by it.',
    remedy: 'Have whatever starts programs on this computer start Holdfast with the line that is shown above.'
  },
  CLOCK_OFF: {
    exit: 1,
    cause: 'The clocks of this device and of another one differ by more than a day.',
    remedy: 'Set the one that is wrong, then restart Holdfast there: only shown times suffer.'
  }
} as const
