/** The only source of randomness. Cryptographically secure on a device, seeded in the simulator. */
export interface Random {
  bytes(length: number): Uint8Array
}
