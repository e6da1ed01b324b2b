/**
 * The bridge's conversation.
 *
 * LANES. The native lane is the native-messaging port: each message is JSON, `{"hello": ...}` once in each direction and then
 * `{"f": "<base64 of frames>"}`. The fast lane is an accelerator: one streaming HTTP response down, one WebSocket up, both on
 * 127.0.0.1. A lane is a byte stream of frames in each direction; where a message or a chunk ends means nothing.
 *
 * FRAME, big-endian, the same on both lanes:
 *
 *     length u32     bytes that follow: 5 + payload
 *     opcode u8      {@link Opcode}
 *     id     u32     socket id
 *     payload        DATA, DATAGRAM, CREDIT, HTTP_BODY: binary; everything else: JSON (UTF-8) or empty
 *
 * A DATA payload is a piece of a stream, so a decoder may hand it over in several parts. All other payloads come whole.
 *
 * IDS. 0 is the session. The extension numbers what it opens (CONNECT, LISTEN, BIND, HTTP_REQUEST, RESOLVE) 1 to 2^31 - 1, always
 * upwards and never twice in a session. The helper numbers accepted connections from 2^31 upwards likewise. An id lives until either end sends
 * CLOSE (or the helper sends END for HTTP, RESOLVED for a name); nobody answers a CLOSE. Frames for an id that was open once are dropped in silence,
 * since they may have crossed the CLOSE; frames for an id that never was, or a second opening of one, are violations.
 *
 * HELLO. The extension sends its hello, the helper answers with its own, both compute `bridgeOutcome`. Frames flow only when it is
 * `ready`. The extension then sends NETWORK_POLICY, and FAST_LANE_OPEN if it wants the fast lane.
 *
 * TCP OUT   CONNECT, and at once CREDIT as far as the extension wants data -> CONNECTED, CREDIT (for sending) | CLOSE with a code.
 * TCP IN    LISTEN -> LISTENING | CLOSE. Then ACCEPTED on the listener's id, naming the new id, followed by CREDIT on the new id. Nothing
 *           is read from it until the extension sends CREDIT; at most 64 may wait for that. CLOSE of a listener keeps its connections.
 * DATA      Either way, never more than the credit. A receiver grants CREDIT (u32 bytes, on top of what is outstanding) as it uses
 *           data up; see `CreditReceiver`. Beyond 4 MiB outstanding, or DATA beyond the credit, is a violation.
 * END       FIN after all DATA before it; the other direction goes on. The helper sees the remote's only while it has credit. After END from both ends the helper sends CLOSE (empty).
 * CLOSE     From the extension: released at once, queued bytes are lost. From the helper: the socket is gone. Empty payload: no error.
 *
 * UDP       BIND -> BOUND, CREDIT | CLOSE. DATAGRAM both ways costs its whole payload in credit. CREDIT from the extension starts
 *           the reading. Without enough credit the sender drops the datagram and counts it. Datagrams go to IP literals.
 * NAMES     RESOLVE -> RESOLVED | CLOSE with a code; either ends the id. IP literals may be asked about too: the answer says what the
 *           network policy allows. CLOSE from the extension gives up.
 * HTTP      HTTP_REQUEST -> HTTP_RESPONSE (status), HTTP_BODY..., END | CLOSE with a code at any time. The body is at most `maxBytes`, so
 *           it needs no credit. CLOSE from the extension aborts.
 * STOPPED   STOPPED_REQUEST keeps, replaces or drops (`url: null`) the announce that the helper sends by itself when the port ends.
 *
 * FAST LANE. FAST_LANE_OPEN -> FAST_LANE_OFFER: port, `downToken`, `upToken`, each good for one use within 10 s.
 *   down: `POST http://127.0.0.1:PORT/down`, body the token as text -> 200, `application/octet-stream` without end.
 *   up:   `ws://127.0.0.1:PORT/up`, first message the token as text, then binary messages of frames.
 * When both are in, the helper sends LANE_SWITCH as its last frame on the native lane and goes on in the response. The extension
 * reads the response only from that frame on; it sends its own LANE_SWITCH as its last native frame and goes on in the WebSocket, which
 * the helper reads only from that frame on. So no frame overtakes another.
 *
 * LOSS. When either half ends, or the extension gives up an offer, whoever notices drops both halves and sends LANE_LOST on the native
 * lane, where everything goes from then on; the other end, unless it has sent LANE_LOST for this lane already, does the same. Frames
 * inside a broken lane are lost, so with its LANE_LOST each end also drops every socket and request (`lane-lost`), without a CLOSE: what
 * holds after a lost helper holds here, but for the port and the numbering of ids, which go on. So the fast lane is best opened before
 * the sockets. Until the other's LANE_LOST has come an end takes only frames on id 0, all others belong to what was lost. A new FAST_LANE_OPEN is allowed when both LANE_LOST have passed. The end of the native port is the end of the session
 * and of the helper.
 *
 * VIOLATIONS. A frame with a wrong payload, opcode, state, id or credit costs the id that it names: CLOSE with `protocol`, and everything
 * else goes on. Such a frame on id 0 is dropped. A length under 5 or over 16 MiB ends the lane; on the native lane the helper sends CLOSE on
 * id 0 and exits.
 */

/** What a frame says; the direction is in the conversation above. */
export const Opcode = {
  /** Session. Empty. */
  LANE_SWITCH: 0x01,
  /** Session. Empty. */
  LANE_LOST: 0x02,
  /** Session. Empty. */
  FAST_LANE_OPEN: 0x03,
  /** Session. `FastLaneOffer`. */
  FAST_LANE_OFFER: 0x04,
  /** Session. `NetworkPolicySettings`. */
  NETWORK_POLICY: 0x05,
  /** Session. `StoppedRequest`. */
  STOPPED_REQUEST: 0x06,
  /** `ConnectRequest`. */
  CONNECT: 0x10,
  /** `Connected`. */
  CONNECTED: 0x11,
  /** Bytes of the stream. */
  DATA: 0x12,
  /** Empty. */
  END: 0x13,
  /** `CloseReason`, or empty. On id 0 from the helper: it gives up the session and exits. */
  CLOSE: 0x14,
  /** u32 bytes, 1 to 4 MiB. */
  CREDIT: 0x15,
  /** `BindRequest`. */
  LISTEN: 0x16,
  /** `Bound`. */
  LISTENING: 0x17,
  /** `Accepted`, on the listener's id. */
  ACCEPTED: 0x18,
  /** `BindRequest`. */
  BIND: 0x20,
  /** `Bound`. */
  BOUND: 0x21,
  /** Address and payload, see `encodeDatagramAddress`. */
  DATAGRAM: 0x22,
  /** From the helper: u32, the datagrams dropped for want of credit since the last such frame. */
  DATAGRAMS_DROPPED: 0x23,
  /** `HttpRequestMessage`. */
  HTTP_REQUEST: 0x30,
  /** `HttpResponseMessage`. */
  HTTP_RESPONSE: 0x31,
  /** Bytes of the decoded body. */
  HTTP_BODY: 0x32,
  /** `ResolveRequest`. */
  RESOLVE: 0x40,
  /** `Resolved`. */
  RESOLVED: 0x41,
} as const;

/** Bytes before a payload. */
export const FRAME_HEADER_BYTES = 9;

/** What `length` counts beside the payload: opcode and id. */
export const FRAME_FIXED_BYTES = 5;

/** The id of the session itself. */
export const SESSION_ID = 0;

/** First id of accepted connections; everything below belongs to the extension. */
export const FIRST_ACCEPTED_ID = 0x8000_0000;

/** Ids end here. */
export const MAX_SOCKET_ID = 0xffff_ffff;
