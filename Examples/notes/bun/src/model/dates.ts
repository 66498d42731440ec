const DAY = 24 * 60 * 60 * 1000;

/** Midnight before a moment, in local time. */
function dayOf(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

function daysAgo(time: number, now: number): number {
  // Days with a clock change have 23 or 25 hours: rounding keeps them whole.
  return Math.round((dayOf(now) - dayOf(time)) / DAY);
}

/** The heading under which a list shows a note. */
export function groupOf(time: number, now: number, locale?: string): string {
  const days = daysAgo(time, now);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return "Previous 7 days";
  if (days < 30) return "Previous 30 days";
  const date = new Date(time);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(locale, sameYear ? { month: "long" } : { month: "long", year: "numeric" });
}

/** A moment in few letters: the time today, the weekday this week, else the date. */
export function shortTime(time: number, now: number, locale?: string): string {
  const date = new Date(time);
  const days = daysAgo(time, now);
  if (days <= 0) return date.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
  if (days < 7) return date.toLocaleDateString(locale, { weekday: "short" });
  if (date.getFullYear() === new Date(now).getFullYear()) {
    return date.toLocaleDateString(locale, { day: "numeric", month: "short" });
  }
  return date.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
}
