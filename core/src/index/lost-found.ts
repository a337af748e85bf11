import type { FileId } from '../base/ids.ts'

/**
 * The folder that shows what has no place of its own: its folder does not exist, is a file, or lies too deep. It is no
 * file of the vault, it appears when something is in it, and nobody can write under its id.
 */
export const LOST_FOUND = '00000000000000000000000000000000' as FileId
export const LOST_FOUND_NAME = 'Lost and found'
