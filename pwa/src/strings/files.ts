import type { Text } from './t.ts'

/** What the list of files says. */
export const FILES = {
  'files.title': 'Files',
  'files.root': 'All files',
  'files.crumbs': 'Where you are',
  'files.list': 'Files and folders',
  'files.loading': 'Reading the folder …',
  'files.count': { one: '{count} item', other: '{count} items' },
  'files.found': { one: '{count} found', other: '{count} found' },
  'files.empty.title': 'Nothing here yet',
  'files.empty.text':
    'Add files and photos, or make a folder. What you put here comes to your other devices by itself.',
  'files.empty.alone':
    'Add files and photos, or make a folder. They are on this device only until you add another one, or a relay.',
  'files.empty.action': 'Put something in',
  'files.empty.folder': 'This folder is empty',
  'files.nothing.title': 'Nothing of this name',
  'files.nothing.here': 'No file or folder in here has these words in its name.',
  'files.nothing.everywhere': 'No file or folder anywhere has these words in its name.',
  'files.gone.title': 'This folder is not here any more',
  'files.gone.text': 'It was moved, renamed or deleted, perhaps on another device.',
  'files.gone.action': 'Go to all files',

  'files.search': 'Search',
  'files.search.clear': 'Clear the search',
  'files.search.where': 'Where to search',
  'files.search.here': 'In this folder',
  'files.search.everywhere': 'Everywhere',
  'files.sort': 'Sort',
  'files.sort.name': 'By name',
  'files.sort.date': 'By date',
  'files.sort.size': 'By size',
  'files.sort.kind': 'By kind',
  'files.sort.reversed': 'Reversed',
  'files.view': 'How to show them',
  'files.view.list': 'Show as a list',
  'files.view.grid': 'Show as a grid',

  'files.add': 'Add',
  'files.add.files': 'Add files',
  'files.add.folder': 'Add a whole folder',
  'files.add.photo': 'Take a photo',
  'files.add.drop': 'Let go to add here',
  'files.adding': { one: 'Adding {count} file', other: 'Adding {count} files' },
  'files.adding.done': '{done} of {total}',
  'files.adding.stop': 'Stop',
  'files.added': {
    one: '{count} file added. It is on this device and goes to the others now.',
    other: '{count} files added. They are on this device and go to the others now.'
  },
  'files.added.here': {
    one: '{count} file added. Until another device or a relay is connected it is only on this one.',
    other: '{count} files added. Until another device or a relay is connected they are only on this one.'
  },
  'files.add.failed': { one: '{count} file could not be added.', other: '{count} files could not be added.' },
  'files.add.left': { one: '{count} file was left out.', other: '{count} files were left out.' },
  'files.add.left.many': {
    one: '{count} is beyond the {most} files that can be dropped at once. Drop its folder by itself.',
    other: '{count} are beyond the {most} files that can be dropped at once. Drop their folders one by one.'
  },
  'files.add.left.deep': {
    one: '{count} lies more than {most} folders deep. Drop a folder nearer to it.',
    other: '{count} lie more than {most} folders deep. Drop a folder nearer to them.'
  },
  'files.add.cutShort': {
    one: '{count} file was being added when the app was last left.',
    other: '{count} files were being added when the app was last left.'
  },
  'files.add.cutShort.text': 'What was already added is in your files. Choose the others again.',
  'files.add.stopped': 'Stopped. What was already added stays.',
  'files.add.more': { one: 'and {count} more', other: 'and {count} more' },
  'files.taken.title': { one: 'This name is taken', other: '{count} names are taken' },
  'files.taken.text': {
    one: 'There is a file of this name here already. Nothing is lost either way: earlier versions are kept.',
    other: 'There are files of these names here already. Nothing is lost either way: earlier versions are kept.'
  },
  'files.taken.version': 'New version',
  'files.taken.both': 'Keep both',

  'files.folder.new': 'New folder',
  'files.folder.name': 'Name of the folder',
  'files.folder.make': 'Make folder',
  'files.folder.made': 'Folder made.',
  'files.name.empty': 'Give it a name.',
  'files.name.not-allowed':
    'Not every device could keep this name: no slashes, no dot or space at its end, no invisible characters.',
  'files.name.taken': 'Something here has this name already.',

  'files.open': 'Open',
  'files.rename': 'Rename',
  'files.rename.title': 'Rename',
  'files.rename.name': 'New name',
  'files.renamed': 'Renamed.',
  'files.move': 'Move',
  'files.move.title': { one: 'Move {count} item', other: 'Move {count} items' },
  'files.move.here': 'Move here',
  'files.move.there': 'It is here already.',
  'files.move.empty': 'No folders in here.',
  'files.moved': { one: 'Moved.', other: '{count} items moved.' },
  'files.delete': 'Delete',
  'files.deleted': { one: 'Deleted.', other: '{count} items deleted.' },
  'files.deleted.others': {
    one: 'Deleted here, and on each other device as soon as it is reached.',
    other: '{count} items deleted here, and on each other device as soon as it is reached.'
  },
  'files.undone': 'It is back.',
  'files.undone.conflicts': 'It is back. What was in conflict in it is a file each now.',
  'files.keep': 'Keep on this device',
  'files.release': 'Do not keep on this device',
  'files.kept': 'It is kept on this device: what is missing comes when a device that has it is reached.',
  'files.released': 'Its space may be used when it is needed. It never lets go of what is only here.',
  'files.save': 'Save a copy',
  'files.share': 'Share a copy',
  'files.share.now': 'Share',
  'files.share.ready': 'Ready to share.',
  'files.saving': 'Preparing {name}',
  'files.saved': 'A copy was saved by the browser. It is not encrypted any more.',
  'files.more': 'More for {name}',

  'files.select': 'Select',
  'files.select.name': 'Select {name}',
  'files.select.all': 'Select all',
  'files.select.none': 'Clear the selection',
  'files.selected': { one: '{count} selected', other: '{count} selected' },

  'files.kind.folder': 'Folder',
  'files.kind.link': 'Link',
  'files.kind.picture': 'Picture',
  'files.kind.video': 'Video',
  'files.kind.audio': 'Sound',
  'files.kind.pdf': 'PDF',
  'files.kind.text': 'Text',
  'files.kind.archive': 'Archive',
  'files.kind.document': 'Document',
  'files.kind.other': 'File',

  'files.mark.here': 'Here',
  'files.mark.elsewhere': 'Elsewhere',
  'files.mark.only-here': 'Only here',
  'files.mark.arriving': 'Arriving',
  'files.mark.nowhere': 'Not reachable',
  'files.mark.one-copy': 'One copy',
  'files.mark.shared': 'Shared',
  'files.mark.members': { one: 'Shared with nobody yet', other: 'Shared, {count} people' },
  'files.mark.conflict': 'Conflict',
  'files.copies': 'Copies on: {names}',
  'files.copies.none': 'No device that is known has a whole copy.',
  'files.onlyHere': {
    one: '{count} file is only on this device.',
    other: '{count} files are only on this device.'
  },
  'files.onlyHere.text': {
    one: 'If this device is lost, so is it. Keep this open until it has been sent.',
    other: 'If this device is lost, so are they. Keep this open until they have been sent.'
  },
  'files.onlyHere.alone': {
    one: 'If this device is lost, so is it. Add a device or a relay.',
    other: 'If this device is lost, so are they. Add a device or a relay.'
  },
  'files.refresh.failed': 'What you see may be out of date.'
} as const satisfies Readonly<Record<string, Text>>
