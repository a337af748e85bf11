import type { Engine } from '../engine/engine.ts'

export type { Node } from '../index/listing.ts'
export type { AddItem } from '../vault/write.ts'

/** What operations work on. A narrow part of it where that is enough. */
export type OpEngine = Engine
