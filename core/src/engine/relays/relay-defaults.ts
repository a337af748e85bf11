/** Until an owner says otherwise: how many relays hold each object, unless there are fewer, */
export const DEFAULT_COPIES = 2
/** and how long one may be away before others take its place: a night's power cut moves nothing. */
export const REPAIR_AFTER_MS = 24 * 3600 * 1000
