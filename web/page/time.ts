// Times and ages as people read them. Everything here is told what time it is.

import { texts } from "./texts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Says how long ago something was, in its greatest unit: "12 s", "3 min". */
export function age(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  if (ms < minute) return texts.age.seconds(Math.floor(ms / second));
  if (ms < hour) return texts.age.minutes(Math.floor(ms / minute));
  if (ms < day) return texts.age.hours(Math.floor(ms / hour));
  return texts.age.days(Math.floor(ms / day));
}

/** Says how long it is until something happens, at least "1 s". */
export function ahead(until: number, now: number): string {
  return age(now, Math.max(until, now + second));
}

/** The time furthest from 1970 that has a date, in ms. */
const furthest = 8.64e15;

/** A time of somebody else's clock may be none at all. */
function real(at: number): number {
  return Math.min(Math.max(at || 0, -furthest), furthest);
}

function format(options: Intl.DateTimeFormatOptions): { format(at: number): string } {
  const own = new Intl.DateTimeFormat(texts.locale, options);
  return { format: (at) => own.format(real(at)) };
}

const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exactClock = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const weekday = format({ weekday: "long", day: "numeric", month: "long" });
const date = format({ day: "numeric", month: "long", year: "numeric" });

/** The time of day: "14:05". */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** The time of day with seconds. */
export function exactTime(at: number): string {
  return exactClock.format(at);
}

/** The day that a time is in: "Today", "Yesterday", "Monday, 3 March" or a date. */
export function dayOf(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / day);
  if (days === 0) return texts.day.today;
  if (days === 1) return texts.day.yesterday;
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return weekday.format(at);
  return date.format(at);
}

/** When something is to happen: the time of day, and the day unless it is today. */
export function soon(at: number, now: number): string {
  return dayOf(at, now) === texts.day.today ? clock.format(at) : moment(at);
}

/** The date and the time of day. */
export function moment(at: number): string {
  return `${date.format(at)}, ${clock.format(at)}`;
}

export function calendarDate(at: number): string {
  return date.format(at);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
