import type { Engine } from '../engine/engine.ts'

export type { Node } from '@holdfast/core/index/listing'
export type { AddItem } from '@holdfast/core/vault/write'

/** What operations work on. A narrow part of it where that is enough. */
export type OpEngine = Engine
