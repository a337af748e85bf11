/**
 * What the worker's stand-in for RTCPeerConnection and the page say to each other. Bytes go as transferred buffers and nobody on the way
 * looks into them. Numbers name connections and channels: channels that the worker asked for are odd, those the other side opened even.
 */
export type ToPage =
  | { readonly type: 'open'; readonly peer: number }
  | {
      readonly type: 'call'
      readonly peer: number
      readonly call: number
      readonly method: PeerMethod
      readonly description?: Description
    }
  | {
      readonly type: 'channel'
      readonly peer: number
      readonly channel: number
      readonly label: string
      readonly init: RTCDataChannelInit
    }
  | { readonly type: 'send'; readonly peer: number; readonly channel: number; readonly data: ArrayBuffer }
  | { readonly type: 'threshold'; readonly peer: number; readonly channel: number; readonly bytes: number }
  | { readonly type: 'closeChannel'; readonly peer: number; readonly channel: number }
  /** So many bytes of messages have arrived in the worker, all channels of this connection together. */
  | { readonly type: 'taken'; readonly peer: number; readonly bytes: number }
  | { readonly type: 'close'; readonly peer: number }

export type ToWorker =
  | {
      readonly type: 'result'
      readonly peer: number
      readonly call: number
      readonly description: Description | null
      readonly error?: string
    }
  | { readonly type: 'state'; readonly peer: number; readonly state: RTCPeerConnectionState }
  | {
      readonly type: 'incoming'
      readonly peer: number
      readonly channel: number
      readonly label: string
      readonly protocol: string
      readonly id: number | null
      readonly isOpen: boolean
    }
  | { readonly type: 'opened'; readonly peer: number; readonly channel: number; readonly id: number | null }
  | { readonly type: 'message'; readonly peer: number; readonly channel: number; readonly data: ArrayBuffer }
  /** Of all that was sent on this channel, so much has left the browser's buffer. */
  | { readonly type: 'flushed'; readonly peer: number; readonly channel: number; readonly bytes: number }
  | { readonly type: 'closed'; readonly peer: number; readonly channel: number }
  | { readonly type: 'failed'; readonly peer: number; readonly channel: number }

export type PeerMethod = 'createOffer' | 'setLocalDescription' | 'setRemoteDescription'

/** An RTCSessionDescription that can be cloned. */
export interface Description {
  readonly type: RTCSdpType
  readonly sdp: string
}
