const daysInMonth = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const notANumber = 100;

const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const plus = 0x2b;

/**
 * Whether the text is a `date-time` of RFC 3339, section 5.6, with the days of each month (appendix C) and leap seconds
 * only where they can be: at 23:59:60 UTC. Char codes instead of a regular expression and a Date: this runs twice a record.
 */
export function isDateTime(text: string): boolean {
  if (!isDate(text)) return false;
  if (
    (text.charCodeAt(10) | 0x20) !== 0x74 ||
    text.charCodeAt(13) !== colon ||
    text.charCodeAt(16) !== colon
  ) {
    return false;
  }
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (hour > 23 || minute > 59 || second > 60) return false;

  const zoneAt = afterFraction(text, 19);
  if (zoneAt < 0) return false;
  const offsetMinutes = zoneOffset(text, zoneAt);
  if (offsetMinutes === null) return false;
  if (second < 60) return true;
  const utcMinutes = (hour * 60 + minute - offsetMinutes + 1440) % 1440;
  return utcMinutes === 1439;
}

function isDate(text: string): boolean {
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return false;
  const century = twoDigits(text, 0);
  const yearInCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (century === notANumber || yearInCentury === notANumber || month < 1 || month > 12 || day < 1)
    return false;
  if (month !== 2 || day !== 29) return day <= (daysInMonth[month] ?? 0);
  return (yearInCentury === 0 ? century : yearInCentury) % 4 === 0;
}

/** The number that two ASCII digits make, or one above every bound where they are no digits or the text ends. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : notANumber;
}

/** Where the fraction of the second that may begin at `at` has ended; −1 where a dot has no digit behind it. */
function afterFraction(text: string, at: number): number {
  if (text.charCodeAt(at) !== dot) return at;
  let end = at + 1;
  for (let code = text.charCodeAt(end); code >= 0x30 && code <= 0x39; code = text.charCodeAt(end)) end++;
  return end === at + 1 ? -1 : end;
}

/** The zone's offset from UTC in minutes; null where the text does not end with a zone there. */
function zoneOffset(text: string, at: number): number | null {
  const sign = text.charCodeAt(at);
  if ((sign | 0x20) === 0x7a) return at + 1 === text.length ? 0 : null;
  if ((sign !== plus && sign !== dash) || at + 6 !== text.length || text.charCodeAt(at + 3) !== colon)
    return null;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (hours > 23 || minutes > 59) return null;
  return sign === plus ? hours * 60 + minutes : -(hours * 60 + minutes);
}
