/** What pages and the service worker say to each other. */

/** To a service worker that waits: take over now. The pages reload when it has. */
export const TAKE_OVER = 'take-over'
