/**
 * Chaskey-12, from the published list for its reference implementation (key as four little-endian words, message the
 * bytes 0, 1, 2 …): the entry for 16 bytes, the only length the gate uses.
 */
export const CHASKEY_KEY: readonly number[] = [0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39]
export const CHASKEY_12_TAG_OF_16_BYTES: readonly number[] = [0x5dd0e2a9, 0xfb5eac8c, 0x633a392e, 0x500c36f3]
