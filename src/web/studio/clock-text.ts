const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A time of today: "20:03:59". */
export function clockText(at: number): string {
  return clock.format(at);
}

/** A time of any day: "Nov 22, 20:03". */
export function dateText(at: number): string {
  return day.format(at);
}
