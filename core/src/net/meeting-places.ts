import type { Channel } from './channel.ts'

export interface Guest {
  readonly channel: Channel
  /** Whose connection it is. */
  readonly peer: string
  /** Where it comes from (remote-host.ts). */
  readonly host: string
  /** A member, or this process itself: strangers make room for it. */
  readonly known: boolean
}

export interface Meeting {
  readonly name: string
  /** Who came first: the meeting is on that one's share. */
  readonly opener: Guest
  offers: Guest | undefined
  joins: Guest | undefined
  /** Both were here: from now on nobody else gets in. When one leaves, the meeting is over. */
  met: boolean
}

export interface PlaceLimits {
  /** Pairings waited for or under way at once. */
  readonly maxWaiting: number
  /** Of those, how many one peer may have begun. */
  readonly maxPerPeer: number
  /** And how many all strangers of one host together. */
  readonly maxPerHost: number
}

/** The meetings of one rendezvous, shared out so that no stranger keeps others from pairing. Oldest first. */
export class MeetingPlaces {
  private readonly limits: PlaceLimits
  private readonly meetings = new Map<string, Meeting>()

  constructor(limits: PlaceLimits) {
    this.limits = limits
  }

  get(name: string): Meeting | undefined {
    return this.meetings.get(name)
  }

  delete(meeting: Meeting): void {
    if (this.meetings.get(meeting.name) === meeting) this.meetings.delete(meeting.name)
  }

  /**
   * Begins a meeting, or gives undefined when the guest has its share or nobody can make room. `gone` had to make room:
   * a stranger who waits alone, the oldest of the host that has the most; for a member also one that has met another.
   */
  begin(name: string, opener: Guest): { meeting: Meeting; gone: Meeting | undefined } | undefined {
    const { maxWaiting, maxPerPeer, maxPerHost } = this.limits
    const all = [...this.meetings.values()]
    if (all.filter((one) => one.opener.peer === opener.peer).length >= maxPerPeer) return undefined
    const ofHost = all.filter((one) => !one.opener.known && one.opener.host === opener.host)
    if (!opener.known && ofHost.length >= maxPerHost) return undefined
    let gone: Meeting | undefined
    if (all.length >= maxWaiting) {
      const strange = all.filter((one) => one.offers?.known !== true && one.joins?.known !== true)
      gone = oldestOfTheMost(strange.filter(({ met }) => !met)) ?? (opener.known ? oldestOfTheMost(strange) : undefined)
      if (gone === undefined) return undefined
      this.delete(gone)
    }
    const meeting: Meeting = { name, opener, offers: undefined, joins: undefined, met: false }
    this.meetings.set(name, meeting)
    return { meeting, gone }
  }
}

function oldestOfTheMost(meetings: readonly Meeting[]): Meeting | undefined {
  const counts = new Map<string, number>()
  for (const { opener } of meetings) counts.set(opener.host, (counts.get(opener.host) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return meetings.find(({ opener }) => counts.get(opener.host) === most)
}
