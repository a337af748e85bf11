/** The version of the packages this app was built from (version.test.ts holds them together). */
export const VERSION = '0.1.0'
