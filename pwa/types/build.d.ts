/** Twelve hexadecimal digits that name the sources this app was built from; put in by the build. */
declare const __BUILD__: string
