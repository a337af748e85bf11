import { isHoldfastError } from '@holdfast/core/base/errors'

/** Why nobody could pair with this invitation, before anything else is asked for: BAD_LINK, BAD_WORDS or USAGE; undefined when it may be tried. */
export async function refusalOf(invitation: string): Promise<unknown> {
  try {
    // Only who pairs needs what reads it.
    const { meetingFromText } = await import('@holdfast/core/engine/account/typed-link')
    meetingFromText([invitation], [])
    return undefined
  } catch (error) {
    return isHoldfastError(error) ? error : undefined // what could not be loaded is no fault of the invitation
  }
}
