import { openBlobStore } from '@holdfast/node/disk/blob-files'
import { blobStoreConformance } from './blob-store.ts'
import { onDisk } from './disk-subject.ts'

blobStoreConformance('blob-files', () => onDisk((folder) => openBlobStore(folder)))
