// How many segments carriers charge for a text: GSM-7 160/153 septets, UCS-2 70/67 units (3GPP TS 23.038, 23.040).
// The npm package sms-segments-calculator counts the same, and the tests hold this to it, but it takes 100 ms for a long text
// with an emoji, its time growing with the square of the length; this takes a hundredth of that.
import GraphemeSplitter from 'grapheme-splitter';

/** GSM-7's extension table: an escape and a character, which stay in one segment. */
const ESCAPED = /[\f^{}\\[~\]|€]/;
/** What GSM-7 writes at all: its basic table, in the table's order, and the extension. */
const GSM_7 =
  /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/;
/** Without any of these, every code point is a character of its own. */
const JOINING =
  /[\p{M}\p{Cf}\p{Emoji_Modifier}\u{1F1E6}-\u{1F1FF}\u{1100}-\u{11FF}\u{A960}-\u{A97F}\u{AC00}-\u{D7FF}]/u;
const SURROGATE = /[\uD800-\uDFFF]/;
const GSM_7_SEGMENT = { alone: 160, among: 153 };
const UCS_2_SEGMENT = { alone: 70, among: 67 };

const splitter = new GraphemeSplitter();

/** What a reader sees as one character, such as a family of emoji; one that no segment could hold is cut. */
function* characters(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    // Asked about no more than a segment, as the splitter's time grows with the square of what it joins.
    const window = text.slice(at, at + UCS_2_SEGMENT.among);
    const [character = ''] = window.startsWith('\r\n') ? '\r' : splitter.iterateGraphemes(window);
    yield character;
    at += character.length;
  }
}

/** Segments of an SMS with this text; an empty text is one. No escape, surrogate pair or joined emoji is cut in two. */
export function countSegments(body: string): number {
  const isGsm7 = GSM_7.test(body);
  const { alone, among } = isGsm7 ? GSM_7_SEGMENT : UCS_2_SEGMENT;
  const isJoined = !isGsm7 && JOINING.test(body);
  // Most texts: every character is one unit.
  if (!isJoined && !(isGsm7 ? ESCAPED : SURROGATE).test(body))
    return body.length <= alone ? 1 : Math.ceil(body.length / among);
  let segments = 1;
  let filled = 0;
  let units = 0;
  for (const character of isJoined ? characters(body) : body) {
    const size = isGsm7 && ESCAPED.test(character) ? 2 : character.length;
    units += size;
    filled += size;
    if (filled <= among) continue;
    segments++;
    filled = size;
  }
  return units <= alone ? 1 : segments;
}
