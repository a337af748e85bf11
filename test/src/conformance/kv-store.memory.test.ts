import { memoryKv } from '../fakes/memory-kv.ts'
import { kvStoreConformance } from './kv-store.ts'
import { inMemory } from './memory-subject.ts'

kvStoreConformance('memory-kv', () => inMemory(memoryKv))
