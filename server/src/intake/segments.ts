// How many segments carriers charge for a text: GSM-7 160/153 septets, UCS-2 70/67 units (3GPP TS 23.038, 23.040).
import { SegmentedMessage } from 'sms-segments-calculator';

/** One character that GSM-7 holds in one septet; of these, whole segments can be counted by length. */
const PLAIN = /^[A-Za-z0-9 \r\n@!"#$%&'()*+,\-./:;<=>?_]*$/;
const SINGLE = 160;
const CONCATENATED = 153;

/** Segments of an SMS with this text; an empty text is one. */
export function countSegments(body: string): number {
  if (!PLAIN.test(body)) return Math.max(1, new SegmentedMessage(body).segmentsCount);
  return body.length <= SINGLE ? 1 : Math.ceil(body.length / CONCATENATED);
}
