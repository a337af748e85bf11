import { openLevelKv } from '@holdfast/node/disk/level-kv'
import { kvStoreConformance } from './kv-store.ts'
import { onDisk } from './disk-subject.ts'

kvStoreConformance('level-kv', () => onDisk(openLevelKv))
