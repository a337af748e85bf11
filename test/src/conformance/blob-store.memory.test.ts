import { memoryBlobs } from '../fakes/memory-blobs.ts'
import { blobStoreConformance } from './blob-store.ts'
import { inMemory } from './memory-subject.ts'

blobStoreConformance('memory-blobs', () => inMemory(memoryBlobs))
